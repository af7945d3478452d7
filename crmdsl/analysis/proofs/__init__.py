"""What is proven of chains and of the ways out of steps: that every case is decided, and by whom; or the case that is not."""

"""What is proven of chains and of ways out of steps: that every case is decided, or the case that is not."""

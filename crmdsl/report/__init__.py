"""Reports that people and programs look at."""

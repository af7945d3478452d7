"""What a company can do from its model alone: visits, demand, load, waiting, lead time and cost."""

"""Whether the people of a company can give the signatures that its chains and its separation of duties ask for."""

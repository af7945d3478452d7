"""Messages in other languages than English."""

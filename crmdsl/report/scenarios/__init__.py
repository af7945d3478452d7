"""What scenarios came to, for people (text), programs (JSON) and build servers (JUnit)."""

"""What the compiler knows: flat machines, policy, organisation, compiled time."""

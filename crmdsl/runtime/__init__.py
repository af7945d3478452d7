"""All that runs cases: storage, timers, an audit trail. It knows no part of the compiler."""

"""Stand-ins for sealed objects: what may be known of them is kept, their values lie in pages."""

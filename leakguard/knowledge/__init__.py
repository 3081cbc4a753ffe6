"""What libraries' calls do, as data: one TOML file a library, read when a checked file imports it."""

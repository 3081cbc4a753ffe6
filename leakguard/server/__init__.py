"""The language server: what leakguard finds in the texts that an editor has open, saved or not."""

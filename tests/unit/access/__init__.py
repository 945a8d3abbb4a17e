"""Rules of access: passwords, scopes within scopes, the chain of the audit."""

"""Who may see, do and take what: permissions, roles, scopes, and the one value that a request is answered under."""

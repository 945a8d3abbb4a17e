"""Log in by OpenID Connect and LDAP, against real servers."""

"""ProviderIdentity providers: who logs in elsewhere, with OpenID Connect or at a directory (LDAP)."""

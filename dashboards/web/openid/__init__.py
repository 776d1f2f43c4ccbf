"""Log-in by OpenID Connect: somebody else proves who a person is, the state says what that person may see.

The way is the authorization code with PKCE, bound to the browser that began it (docs/decisions).
"""

// Package auth decides who calls and what they may do: reader, editor or admin.
//
// A caller shows one credential: a bearer token of an OpenID Connect issuer, an
// API key, or the certificate of its TLS connection. Which role a method needs
// stands in its proto (onrecord.type.v1.role) and nowhere else, so that gRPC and
// REST cannot differ. A service checks the credential itself, also when the
// gateway sends it on: nobody is believed about whom they call for.
//
// Only identity, roles and rates may go here: nothing knows a service, a
// resource or a transport's own types beyond what a call carries.
package auth

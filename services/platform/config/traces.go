package config

import (
	"errors"
	"net/url"
)

// Traces is where spans of traces go. Without an endpoint none are made.
type Traces struct {
	Endpoint string  `name:"otlp-endpoint" default:"" help:"URL of an OpenTelemetry collector that gets the spans of traces: grpc://host:4317, or grpcs:// with TLS, by OTLP/gRPC; http:// or https://host:4318 by OTLP/HTTP. Empty turns traces off."`
	Ratio    float64 `name:"trace-ratio" default:"1" help:"Share of traces that are sent, from 0 to 1: of requests over HTTP and of calls. A call from within the process, or with a certificate of --tls-client-ca, follows its caller's decision; set the same share on all programs."`
}

// Validate refuses an endpoint that is none, and a ratio that is no share.
func (t Traces) Validate() error {
	if !(t.Ratio >= 0 && t.Ratio <= 1) { // NaN too
		return errors.New("--trace-ratio must be from 0 to 1")
	}
	if t.Endpoint == "" {
		return nil
	}
	endpoint, err := url.Parse(t.Endpoint)
	if err != nil || endpoint.Host == "" || endpoint.User != nil || endpoint.RawQuery != "" || endpoint.Fragment != "" {
		return errors.New("--otlp-endpoint must be a URL such as grpc://collector:4317 or https://collector:4318, without a credential in it")
	}
	switch endpoint.Scheme {
	case "grpc", "grpcs", "http", "https":
		return nil
	default:
		return errors.New("--otlp-endpoint must begin with grpc://, grpcs://, http:// or https://")
	}
}

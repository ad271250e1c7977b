package telemetry

// Series is a number that programs export for operators.
type Series struct {
	// Name is that of the series; of a histogram without _bucket, _sum and _count.
	Name string
	// Labels are its labels with the values that each may have. A nil list is any of a
	// set that the code closes: methods, routes, reasons, versions.
	Labels map[string][]string
	// Programs are those that have it, by their letters: s for statements, m for metrics,
	// g for the gateway; the all-in-one program has all.
	Programs string
	// With says what it depends on; "" is always there once everything was used.
	With With
}

// With is what a series depends on.
type With string

// What series depend on.
const (
	// WithTLS is where certificates are set.
	WithTLS With = "TLS"
	// WithKeys is where an access list is set.
	WithKeys With = "access list"
	// WithTokens is where an issuer of tokens is set.
	WithTokens With = "OpenID Connect"
	// WithFile is where the database is a file.
	WithFile With = "SQLite"
	// WithTraces is where a collector is set.
	WithTraces With = "traces"
)

var (
	codes = []string{
		"OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied",
		"ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
	}
	services = map[string][]string{"service": {"statements", "metrics"}}
	uses     = map[string][]string{"use": {"server", "client"}}
	calls    = map[string][]string{"service": nil, "method": nil}
	call     = map[string][]string{"service": nil}
	reasons  = map[string][]string{"reason": nil}
)

// with adds a label to the one of services.
func with(label string, values ...string) map[string][]string {
	return map[string][]string{"service": services["service"], label: values}
}

// All are the series of the project, those of the Go runtime and of the process aside.
var All = []Series{
	{"onrecord_build_info", map[string][]string{"program": {"statements", "metrics", "gateway", "onrecord"}, "version": nil, "commit": nil, "go": nil}, "smg", ""},
	{"onrecord_ready", nil, "smg", ""},
	{"onrecord_grpc_server_calls_total", map[string][]string{"service": nil, "method": nil, "code": codes}, "smg", ""},
	{"onrecord_grpc_server_call_seconds", calls, "smg", ""},
	{"onrecord_grpc_server_calls_in_flight", call, "smg", ""},
	{"onrecord_grpc_server_streams", call, "smg", ""},
	{"onrecord_grpc_server_refused_total", reasons, "smg", ""},
	{"onrecord_grpc_client_calls_total", map[string][]string{"service": nil, "method": nil, "code": codes}, "g", ""},
	{"onrecord_grpc_client_call_seconds", calls, "g", ""},
	{"onrecord_grpc_client_calls_in_flight", call, "g", ""},
	{"onrecord_http_requests_total", map[string][]string{
		"method": {"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT", "other"}, "route": nil, "code": {"1xx", "2xx", "3xx", "4xx", "5xx"},
	}, "g", ""},
	{"onrecord_http_request_seconds", map[string][]string{"route": nil}, "g", ""},
	{"onrecord_http_requests_in_flight", nil, "g", ""},
	{"onrecord_http_refused_total", reasons, "g", ""},
	{"onrecord_tls_certificate_expiry_timestamp_seconds", uses, "smg", WithTLS},
	{"onrecord_tls_authority_expiry_timestamp_seconds", uses, "smg", WithTLS},
	{"onrecord_tls_reload_failing", uses, "smg", WithTLS},
	{"onrecord_access_list_failing", nil, "smg", WithKeys},
	{"onrecord_auth_token_cache_requests_total", map[string][]string{"result": {"hit", "miss"}}, "smg", WithTokens},
	{"onrecord_storage_info", with("engine", "sqlite", "postgresql"), "sm", ""},
	{"onrecord_storage_schema_version", services, "sm", ""},
	{"onrecord_storage_schema_version_wanted", services, "sm", ""},
	{"onrecord_storage_schema_served", services, "sm", ""},
	{"onrecord_storage_operations_total", map[string][]string{
		"service": services["service"], "operation": {"read", "write", "present"},
		"result": {
			"ok", "refused", "unknown", "other", "STORAGE_UNAVAILABLE", "STORAGE_FULL", "STORAGE_READ_ONLY", "STORAGE_BUSY", "STORAGE_OUT_OF_MEMORY",
			"STORAGE_CORRUPT", "WRITE_LOST", "DATABASE_CLOSED", "SCHEMA_TOO_OLD", "SCHEMA_TOO_NEW", "DEADLINE_EXCEEDED", "CANCELLED",
		},
	}, "sm", ""},
	{"onrecord_storage_operation_seconds", with("operation", "read", "write", "present"), "sm", ""},
	{"onrecord_storage_connections", with("state", "in_use", "idle"), "sm", ""},
	{"onrecord_storage_connections_max", services, "sm", ""},
	{"onrecord_storage_connection_acquires_total", services, "sm", ""},
	{"onrecord_storage_connection_waits_total", services, "sm", ""},
	{"onrecord_storage_connection_wait_seconds_total", services, "sm", ""},
	{"onrecord_storage_write_queue", services, "sm", ""},
	{"onrecord_storage_write_queue_max", services, "sm", ""},
	{"onrecord_storage_commits_total", services, "sm", ""},
	{"onrecord_storage_committed_writes_total", services, "sm", ""},
	{"onrecord_storage_commit_seconds_total", services, "sm", ""},
	{"onrecord_storage_settled_timestamp_seconds", services, "sm", ""},
	{"onrecord_storage_reload_failing", services, "sm", ""},
	{"onrecord_storage_file_bytes", with("file", "database", "log"), "sm", WithFile},
	{"onrecord_storage_disk_free_bytes", services, "sm", WithFile},
	{"onrecord_storage_disk_bytes", services, "sm", WithFile},
	{"onrecord_changes_watchers", services, "sm", ""},
	{"onrecord_changes_behind_seconds", services, "sm", ""},
	{"onrecord_changes_sent_total", with("kind", "change", "heartbeat"), "sm", ""},
	{"onrecord_changes_ended_total", with("reason", "gone", "too_slow", "stopping", "error"), "sm", ""},
	{"onrecord_embargoes_due", services, "sm", ""},
	{"onrecord_embargo_sweep_timestamp_seconds", services, "sm", ""},
	{"onrecord_gateway_watchers", nil, "g", ""},
	{"onrecord_gateway_feed_live", services, "g", ""},
	{"onrecord_gateway_feed_behind_seconds", services, "g", ""},
	{"onrecord_gateway_immutable_answers_requests_total", map[string][]string{"result": {"hit", "miss"}}, "g", ""},
	{"onrecord_gateway_immutable_answers", nil, "g", ""},
	{"onrecord_gateway_immutable_answers_bytes", nil, "g", ""},
	{"onrecord_gateway_immutable_answers_evictions_total", nil, "g", ""},
	{"onrecord_gateway_immutable_answers_forgotten_total", nil, "g", ""},
	{"onrecord_gateway_revalidated_answers_requests_total", map[string][]string{"result": {"hit", "miss"}}, "g", ""},
	{"onrecord_gateway_revalidated_answers", nil, "g", ""},
	{"onrecord_gateway_revalidated_answers_bytes", nil, "g", ""},
	{"onrecord_gateway_revalidated_answers_evictions_total", nil, "g", ""},
	{"onrecord_gateway_revalidated_answers_forgotten_total", nil, "g", ""},
	{"onrecord_traces_spans_total", nil, "smg", WithTraces},
	{"onrecord_traces_exported_spans_total", map[string][]string{"result": {"ok", "failed"}}, "smg", WithTraces},
	{"onrecord_promhttp_metric_handler_requests_total", map[string][]string{"code": nil}, "smg", ""},
	{"onrecord_promhttp_metric_handler_requests_in_flight", nil, "smg", ""},
}

// Package rpcclient opens connections to services: load balancing, deadlines,
// retries, and the metadata that goes from call to call. The gateway calls both
// services through it, and a Go program that uses onrecord should, too:
//
//	conn, err := rpcclient.Dial("dns:///statements:50051", rpcclient.Options{
//		Credentials: credentials.NewTLS(&tls.Config{RootCAs: authorities}),
//		Key:         key,
//	})
//	...
//	statements := statementsv1.NewStatementServiceClient(conn)
//
// # Many replicas
//
// A target with the dns scheme stands for all addresses of a host. Each that says
// that it is healthy gets its share of calls (round robin), one that is about to
// stop says so before it takes none, and a server ends every connection after a
// while, whereupon the name is looked up again: so replicas may come and go under
// load, and no call fails. Any other target is one address.
//
// # Calls that fail
//
// A unary call whose context has no deadline gets one, which spans all its tries.
// One that ends UNAVAILABLE is tried again, after what the service asks to wait
// (RetryInfo; one that asks for more than 2 seconds is not tried again) and a short
// random pause that doubles up to a limit, if that cannot do harm: if it reads (by its
// name), or if its request has a request_id, by which the service knows the same write
// when it sees it again. Give every write one:
//
//	_, err := statements.CreateStatement(ctx, &statementsv1.CreateStatementRequest{
//		Statement: statement,
//		RequestId: uuid.NewString(),
//	})
//
// If an earlier try may have written, the error of the last one says so
// (errs.WriteUnknown), whatever it is: send the same request again. Other writes are
// not repeated: whether one happened is for the caller to find
// out. Where hardly a call succeeds, repeating is given up, so that a service that
// comes back is not run over. Streams are not repeated either; Follow keeps one of
// changes going.
//
// What every outgoing call has in common goes here; nothing that knows a service
// may.
package rpcclient

// Command statements serves documents, entities and statements over gRPC.
package main

import "github.com/onrecord/onrecord/services/statements/server"

func main() { server.Service.Main() }

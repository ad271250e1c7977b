// Command metrics serves metrics and figures over gRPC.
package main

import "github.com/onrecord/onrecord/services/metrics/server"

func main() { server.Service.Main() }

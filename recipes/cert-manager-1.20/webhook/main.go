// Package main is cert-manager's webhook: what may be written as a Certificate or an Issuer.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/cert-manager/cert-manager/internal/webhook"
	logs "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/webhook/options"
	"github.com/cert-manager/cert-manager/recipe/program"
)

func main() {
	config, err := options.NewWebhookConfiguration()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	flags := pflag.NewFlagSet("webhook", pflag.ContinueOnError)
	options.AddConfigFlags(flags, config)
	program.Main(flags, &config.Logging, func(ctx context.Context) error {
		server, err := webhook.NewCertManagerWebhookServer(logs.FromContext(ctx, "webhook"), *config)
		if err != nil {
			return err
		}
		return server.Run(ctx)
	})
}

// Package elasticsearch sends logs to Elasticsearch by its bulk interface. The collector's own exporter is not among the
// modules that can be had here; this one takes the same keys of a configuration (endpoints, logs_index, headers, tls),
// and knows logs alone.
package elasticsearch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

const longestAnswer = 16 << 20

// Config is what stands below `elasticsearch:` among the exporters.
type Config struct {
	confighttp.ClientConfig `mapstructure:",squash"`
	Endpoints               []string                                                 `mapstructure:"endpoints"`
	LogsIndex               string                                                   `mapstructure:"logs_index"`
	Queue                   configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`
	Retry                   configretry.BackOffConfig                                `mapstructure:"retry_on_failure"`
}

// Validate says what a configuration lacks.
func (config *Config) Validate() error {
	if len(config.Endpoints) == 0 {
		return errors.New("endpoints: at least one URL is needed")
	}
	if config.LogsIndex == "" {
		return errors.New("logs_index: a name is needed")
	}
	return nil
}

type sender struct {
	config *Config
	host   component.TelemetrySettings
	client *http.Client
}

// NewFactory makes exporters of the type `elasticsearch`.
func NewFactory() exporter.Factory {
	standard := func() component.Config {
		return &Config{
			ClientConfig: confighttp.NewDefaultClientConfig(), LogsIndex: "logs-generic-default",
			Queue: configoptional.Some(exporterhelper.NewDefaultQueueConfig()), Retry: configretry.NewDefaultBackOffConfig()}
	}
	return exporter.NewFactory(component.MustNewType("elasticsearch"), standard,
		exporter.WithLogs(newLogs, component.StabilityLevelBeta))
}

func newLogs(ctx context.Context, settings exporter.Settings, given component.Config) (exporter.Logs, error) {
	config := given.(*Config)
	sender := &sender{config: config, host: settings.TelemetrySettings}
	return exporterhelper.NewLogs(ctx, settings, config, sender.send, exporterhelper.WithStart(sender.start),
		exporterhelper.WithQueue(config.Queue), exporterhelper.WithRetry(config.Retry),
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{}),
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}))
}

func (sender *sender) start(ctx context.Context, host component.Host) (err error) {
	sender.client, err = sender.config.ToClient(ctx, host.GetExtensions(), sender.host)
	return
}

// send tries one endpoint after the other: what one has refused as wrong, the others would too.
func (sender *sender) send(ctx context.Context, logs plog.Logs) error {
	body, err := documents(logs, sender.config.LogsIndex)
	if err != nil {
		return consumererror.NewPermanent(err)
	}
	for _, endpoint := range sender.config.Endpoints {
		if err = sender.post(ctx, endpoint, body); err == nil || consumererror.IsPermanent(err) {
			return err
		}
	}
	return err
}

func (sender *sender) post(ctx context.Context, endpoint string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(endpoint, "/")+"/_bulk", bytes.NewReader(body))
	if err != nil {
		return consumererror.NewPermanent(err)
	}
	request.Header.Set("Content-Type", "application/x-ndjson")
	response, err := sender.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return err
	}
	switch {
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500:
		return fmt.Errorf("%s answers %s", endpoint, response.Status)
	case response.StatusCode != http.StatusOK:
		return consumererror.NewPermanent(fmt.Errorf("%s answers %s", endpoint, response.Status))
	}
	return refusals(endpoint, answer)
}

// refusals reads what became of each document: a bulk request is answered 200 also where it kept none. One that was told
// to come later makes all of them come again, so that none is lost; those that were kept are there twice then.
func refusals(endpoint string, answer []byte) error {
	var told struct {
		Errors bool `json:"errors"`
		Items  []map[string]struct {
			Status int `json:"status"`
			Error  struct {
				Type   string `json:"type"`
				Reason string `json:"reason"`
			} `json:"error"`
		} `json:"items"`
	}
	if err := json.Unmarshal(answer, &told); err != nil {
		return fmt.Errorf("%s answers no JSON: %w", endpoint, err)
	}
	if !told.Errors {
		return nil
	}
	var refused error
	for _, item := range told.Items {
		for _, result := range item {
			if result.Status == http.StatusTooManyRequests || result.Status >= 500 {
				return fmt.Errorf("%s is busy: %s", endpoint, result.Error.Type)
			}
			if result.Status >= 300 {
				refused = fmt.Errorf("%s refuses a document: %s: %s", endpoint, result.Error.Type, result.Error.Reason)
			}
		}
	}
	if refused != nil {
		return consumererror.NewPermanent(refused)
	}
	return nil
}

// documents are the bulk interface's lines: what to do, then the document.
func documents(logs plog.Logs, index string) ([]byte, error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	action := map[string]any{"create": map[string]any{"_index": index}}
	for i := range logs.ResourceLogs().Len() {
		resource := logs.ResourceLogs().At(i)
		for j := range resource.ScopeLogs().Len() {
			records := resource.ScopeLogs().At(j).LogRecords()
			for k := range records.Len() {
				if err := errors.Join(encoder.Encode(action),
					encoder.Encode(document(records.At(k), resource.Resource().Attributes()))); err != nil {
					return nil, err
				}
			}
		}
	}
	return lines.Bytes(), nil
}

func document(record plog.LogRecord, resource pcommon.Map) map[string]any {
	at := record.Timestamp()
	if at == 0 {
		at = record.ObservedTimestamp()
	}
	return map[string]any{
		"@timestamp": at.AsTime().UTC().Format(time.RFC3339Nano), "message": record.Body().AsString(),
		"severity": record.SeverityText(), "attributes": record.Attributes().AsRaw(), "resource": resource.AsRaw()}
}

#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/platform/handoff/instance.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/reading.h"

namespace provisioner::handoff {

// Of the discovery page: what the metadata service gathers, and from whom besides itself.
struct Gen3Discovery {
  struct Commons {
    std::string name, url;  // "https://data.example.org"
  };
  std::string guid_type, study_field;
  std::vector<Commons> commons = {};  // the first is this one
  value::Dict fields = {};            // what the page shows, by where a study has it
  std::string schedule = {};          // of cron, when it is gathered anew
};

// The inventory's `gen3`: what its charts are told of this site. Addresses of services, names of
// Secrets, and never a secret.
struct Gen3 {
  std::string hostname, environment, name_space, chart, release, dictionary, frontend, access;
  std::map<std::string, std::string> tags = {};  // of single services, over `release`
  std::string secrets;  // below which path they are kept: "secret/data/gen3/x"
  struct {
    std::string host, user, secret;
    int port = 0;
  } postgres = {};
  struct {
    std::string host;
    int port = 0;
  } search = {};
  struct {
    std::string url, region, bucket, users;
  } storage = {};
  struct {
    std::string id, name, client, discovery;
  } login = {};
  struct {
    std::string class_name, secret, issuer;
  } ingress = {};
  struct {
    std::string repository, revision;
  } values = {};
  struct {
    std::string repository, revision, directory;  // none: the pages that the image has
  } pages = {};
  value::Value portal = {};  // the portal's gitops.json; none: the chart's
  Gen3Discovery discovery = {};
  bool has_external_secrets = false;  // the charts make objects of External Secrets
  value::Value indices = {};          // of guppy: [{index, type}]; none: no guppy
  std::string config_index = {};
  std::string resolver = {};         // address of the cluster's name service
  bool has_workspace_nodes = false;  // nodes with the label role=jupyter
};

// Throws nothing: what is wrong goes to `diagnostics` with its place.
Gen3 read_gen3(const Instance& instance, base::Diagnostics& diagnostics);

Gen3Discovery read_discovery(StrictDict& reading, const Gen3& gen3);
// The metadata service's aggregate_config.json.
std::string aggregate_config(const Gen3Discovery& discovery);

// gen3/: values, what stands for the deployer, where secrets belong, checks.
Files gen3_files(const Instance& instance, const Gen3& gen3);
std::vector<OidcClient> oidc_clients(const Gen3& gen3);

// The whole of values.yaml; secrets are references, "<path:PATH#KEY>".
value::Value gen3_values(const Gen3& gen3);

}  // namespace provisioner::handoff

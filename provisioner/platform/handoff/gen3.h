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
    std::string sealed_with = {};    // "none", or "helm-secrets": what opens secrets.yaml there
    value::Dict destination = {};    // as Argo CD names a cluster: {server}, or {name}
    bool is_from_elsewhere = false;  // it stands in another cluster than Gen3
  } values = {};
  struct {
    std::string repository, revision, directory;  // none: the pages that the image has
  } pages = {};
  value::Value portal = {};  // the portal's gitops.json; none: the chart's
  Gen3Discovery discovery = {};
  bool has_external_secrets = false;  // the charts make objects of External Secrets
  value::Value indices = {};          // of guppy: [{index, type}]; none: no guppy
  std::string config_index = {};
  // Images of its services carry the site's authority; else they know public ones alone.
  bool trusts_site_authority = false;
  std::string resolver = {};         // address of the cluster's name service
  bool has_workspace_nodes = false;  // nodes with the label role=jupyter

  // Where Hatchery starts workspaces: what its chart would name so (uc-cdis/gen3-helm,
  // hatchery/templates/_helpers.tpl, hatchery.jupyterNamespace).
  std::string workspaces() const { return "jupyter-pods-" + name_space; }
};

// Where the charts are had.
inline constexpr const char* gen3_charts = "https://helm.gen3.org";

// By which all services look for Elasticsearch (uc-cdis/gen3-helm, metadata, guppy and etl).
inline constexpr const char* gen3_search_name = "gen3-elasticsearch-master";
// Whether a host that is said to be the site's is that name of Gen3's own `name_space` instead.
bool is_own_search_name(const std::string& host, const std::string& name_space);

// Of an instance's variables those that `read_gen3` reads; besides them it reads labels of nodes.
std::vector<std::string> variables_of_gen3();
// Throws nothing: what is wrong goes to `diagnostics` with its place.
Gen3 read_gen3(const Instance& instance, base::Diagnostics& diagnostics);

Gen3Discovery read_discovery(StrictDict& reading, const Gen3& gen3);
// The metadata service's aggregate_config.json.
std::string aggregate_config(const Gen3Discovery& discovery);

// Those whose images the values name; `tags` knows no others.
std::vector<std::string> gen3_services();

// Its `gitops`: how a deployer comes to the values, and to this cluster.
void read_gitops(StrictDict& reading, const Instance& instance, Gen3& gen3);
// "gen3-agdr", of the Application and of helm's release.
std::string release_name(const Gen3& gen3);
// The folder of this commons in the repository of values: "agdr/data.example.org".
std::string values_folder(const Instance& instance, const Gen3& gen3);
// What Argo CD is given: sources, and where they go.
value::Value application(const Instance& instance, const Gen3& gen3);
// From a bundle that was verified to a Gen3 that runs, a text each, for people.
std::vector<std::string> gen3_steps(const Instance& instance, const Gen3& gen3);

// gen3/: values, what stands for the deployer, where secrets belong, checks.
Files gen3_files(const Instance& instance, const Gen3& gen3);
// What makes `gen3_search_name` lead to the site's Elasticsearch, in `name_space`.
std::vector<value::Value> search_objects(const Gen3& gen3, const std::string& name_space);
std::vector<OidcClient> oidc_clients(const Gen3& gen3);

// The whole of values.yaml; secrets are references, "<path:PATH#KEY>".
value::Value gen3_values(const Gen3& gen3);

}  // namespace provisioner::handoff

// gen3/: values, what stands for the deployer, where secrets belong, checks.

#include <algorithm>

#include "provisioner/base/base/ip_address.h"
#include "provisioner/platform/handoff/filled.h"
#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/gen3_postgres_check.h"
#include "provisioner/platform/handoff/gen3_search_check.h"
#include "provisioner/platform/handoff/gen3_storage_check.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* reference_begin = "<path:";

// The same tree with nothing but its secrets, each to be filled in; none where it has no secret.
Value only_secrets(const Value& values) {
  if (!values.is_dict()) return {};
  Dict kept;
  for (const auto& [key, entry] : values.dict()) {
    if (entry.is_string() && entry.text().starts_with(reference_begin))
      kept.set(key, Value());
    else if (const Value below = only_secrets(entry); !below.is_none())
      kept.set(key, below);
  }
  return kept.is_empty() ? Value() : Value(std::move(kept));
}

void collect(const Value& values, const std::string& path, List& found) {
  if (values.is_string() && values.text().starts_with(reference_begin)) {
    const std::string text = values.text();
    const std::size_t begin = std::string_view(reference_begin).size();
    found.emplace_back(
        Dict{{"value", path}, {"kept_at", text.substr(begin, text.size() - begin - 1)}});
  }
  if (values.is_dict())
    for (const auto& [key, entry] : values.dict()) {
      const std::string name = Dict::key_text(key);
      collect(entry, path.empty() ? name : path + "." + name, found);
    }
}

// What must be there before the charts are: named, and never in the bundle.
std::string secrets_text(const Gen3& gen3, const Value& values) {
  List in_values;
  collect(values, "", in_values);
  const Dict postgres{
      {"name", gen3.postgres.secret},
      {"keys", List{Value("host"), Value("port"), Value("username"), Value("password")}},
      {"for", "the dbcreate jobs: a superuser"}};
  Dict certificate{{"name", gen3.ingress.secret},
                   {"keys", List{Value("tls.crt"), Value("tls.key")}},
                   {"for", "the ingress"}};
  if (!gen3.ingress.issuer.empty())
    certificate.set("made_by", "cert-manager, issuer " + gen3.ingress.issuer);
  return "# Secrets that Gen3 needs. None is in this bundle: it names where each is kept.\n" +
         yaml_text(Dict{
             {"secrets_of_the_namespace", List{Value(postgres), Value(std::move(certificate))}},
             {"values", std::move(in_values)}});
}

std::string chart_text(const Gen3& gen3) {
  return "# What the deployer finds: one Application, in templates/.\n" +
         yaml_text(Dict{{"apiVersion", "v2"},
                        {"name", gen3.hostname},
                        {"description", "Gen3 at " + gen3.hostname},
                        {"type", "application"},
                        {"version", "0.1.0"},
                        {"appVersion", gen3.chart}});
}

Value search_service(const Gen3& gen3, const std::string& name_space) {
  Dict made = object("v1", "Service", {{"name", gen3_search_name}, {"namespace", name_space}});
  const Dict port{{"name", "http"}, {"port", 9200}, {"targetPort", gen3.search.port}};
  if (base::is_ipv4_address(gen3.search.host))
    made.set("spec", Dict{{"ports", List{Value(port)}}});
  else
    made.set("spec", Dict{{"type", "ExternalName"}, {"externalName", gen3.search.host}});
  return made;
}

// Whom a Service without pods leads to.
Value search_slice(const Gen3& gen3, const std::string& name_space) {
  Dict made = object("discovery.k8s.io/v1", "EndpointSlice",
                     {{"name", std::string(gen3_search_name) + "-1"},
                      {"namespace", name_space},
                      {"labels", Dict{{"kubernetes.io/service-name", gen3_search_name}}}});
  made.set("addressType", "IPv4");
  made.set("ports", List{Value(Dict{{"name", "http"}, {"port", gen3.search.port}})});
  made.set("endpoints", List{Value(Dict{{"addresses", List{Value(gen3.search.host)}},
                                        {"conditions", Dict{{"ready", true}}}})});
  return made;
}

std::vector<Value> namespace_objects(const Instance& instance, const Gen3& gen3) {
  std::vector<Value> all;
  // Where access declares it, the namespace is made with the others.
  const std::vector<std::string> declared = instance.declared_namespaces();
  if (std::ranges::find(declared, gen3.name_space) == declared.end())
    all.emplace_back(object(
        "v1", "Namespace",
        {{"name", gen3.name_space},
         {"labels", Dict{{"role", "gen3"}, {"pod-security.kubernetes.io/enforce", "baseline"}}}}));
  for (Value& one : search_objects(gen3, gen3.name_space)) all.push_back(std::move(one));
  return all;
}

}  // namespace

std::vector<Value> search_objects(const Gen3& gen3, const std::string& name_space) {
  std::vector<Value> all = {search_service(gen3, name_space)};
  if (base::is_ipv4_address(gen3.search.host)) all.push_back(search_slice(gen3, name_space));
  return all;
}

Files gen3_files(const Instance& instance, const Gen3& gen3) {
  const Value values = gen3_values(gen3);
  const std::string folder = values_folder(instance, gen3);
  const std::string text =
      "# Values of the chart gen3 " + gen3.chart +
      " for this site. \"<path:PLACE#KEY>\" names where a secret is kept: no value of one is "
      "here.\n"
      "# secrets.yaml, made of secrets.template.yaml, is laid over this file.\n" +
      yaml_text(values);
  Files files;
  files["gen3/values.yaml"] = text;
  files["gen3/secrets.yaml"] = secrets_text(gen3, values);
  files["gen3/secrets.template.yaml"] =
      "# Fill in: this becomes values/secrets.yaml beside values.yaml; README.md says who opens it "
      "there, and how it is sealed.\n" +
      yaml_text(only_secrets(values));
  files["gen3/namespace.yaml"] =
      yaml_documents("Where Gen3 stands, and the name that its services have for Elasticsearch.",
                     namespace_objects(instance, gen3));
  files["gen3/gitops/" + folder + "/Chart.yaml"] = chart_text(gen3);
  files["gen3/gitops/" + folder + "/templates/app.yaml"] =
      yaml_documents("For Argo CD. Its values lie beside it.", {application(instance, gen3)});
  files["gen3/gitops/" + folder + "/values/values.yaml"] = text;
  files["gen3/checks/postgres.sh"] =
      filled(gen3_postgres_check(), {{"@HOST@", gen3.postgres.host},
                                     {"@PORT@", std::to_string(gen3.postgres.port)},
                                     {"@USER@", gen3.postgres.user}});
  files["gen3/checks/elasticsearch.sh"] =
      filled(gen3_search_check(), {{"@NAMESPACE@", gen3.name_space}});
  files["gen3/checks/s3.sh"] = filled(gen3_storage_check(), {{"@URL@", gen3.storage.url},
                                                             {"@REGION@", gen3.storage.region},
                                                             {"@BUCKET@", gen3.storage.bucket}});
  return files;
}

}  // namespace provisioner::handoff

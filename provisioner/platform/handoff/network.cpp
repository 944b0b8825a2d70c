// network/: addresses and names.

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* pools_namespace = "metallb-system";

std::vector<Value> pool_objects(const Instance& instance) {
  std::vector<Value> objects;
  for (const Value& pool : items_of(instance.find("load_balancer_pools"))) {
    const std::string name = text_of(pool, "name");
    Dict made = object("metallb.io/v1beta1", "IPAddressPool",
                       {{"name", name},
                        {"namespace", pools_namespace},
                        {"labels", Dict{{"visibility", text_of(pool, "visibility")}}}});
    made.set("spec", Dict{{"autoAssign", false},
                          {"avoidBuggyIPs", true},
                          {"addresses", items_of(pool.find("addresses"))}});
    objects.emplace_back(std::move(made));
    Dict spec{{"ipAddressPools", List{Value(name)}}};
    if (const Value* interfaces = pool.find("interfaces")) spec.set("interfaces", *interfaces);
    Dict told = object("metallb.io/v1beta1", "L2Advertisement",
                       {{"name", name}, {"namespace", pools_namespace}});
    told.set("spec", std::move(spec));
    objects.emplace_back(std::move(told));
  }
  return objects;
}

Value ingress_class(const Instance& instance) {
  const bool is_default = value::boolean_or(instance.variables, "ingress_is_default", true);
  Dict made = object("networking.k8s.io/v1", "IngressClass",
                     {{"name", "traefik"},
                      {"annotations", Dict{{"ingressclass.kubernetes.io/is-default-class",
                                            is_default ? "true" : "false"}}}});
  made.set("spec", Dict{{"controller", "traefik.io/ingress-controller"}});
  return made;
}

struct Record {
  std::string name, address, of;
};

// Whose address the platform's pages have: asked for by name, or the first node behind a name.
std::string pages_address(const Instance& instance) {
  if (const Value* phalanx = instance.find("phalanx"))
    if (const std::string address = text_of(*phalanx, "address"); !address.empty()) return address;
  return instance.text("ingress_address");
}

std::vector<Record> records(const Instance& instance) {
  std::vector<Record> all;
  const auto add = [&](const std::string& name, const std::string& address, const char* of) {
    if (!name.empty() && !address.empty()) all.push_back({name, address, of});
  };
  if (const Value* endpoint = instance.find("kubernetes_endpoint"))
    add(text_of(*endpoint, "name"), text_of(*endpoint, "address"), "the API");
  add(instance.text("registry_name"), instance.text("registry_address"), "the registry");
  const std::string pages = pages_address(instance);
  add(instance.domain(), pages, "pages of the platform");
  if (!instance.domain().empty()) add("*." + instance.domain(), pages, "pages of the platform");
  for (const auto& [platform, key] : {std::pair{"gen3", "hostname"}, std::pair{"phalanx", "fqdn"}})
    if (const Value* said = instance.find(platform))
      if (const std::string name = text_of(*said, key); name != instance.domain())
        add(name, pages, "pages of the platform");
  return all;
}

std::string dns_yaml(const std::vector<Record>& all) {
  List list;
  for (const Record& one : all)
    list.emplace_back(
        Dict{{"name", one.name}, {"type", "A"}, {"value", one.address}, {"for", one.of}});
  return "# Names that the site's name servers should know; dns.zone has the same for BIND.\n" +
         yaml_text(Dict{{"records", std::move(list)}});
}

std::string dns_zone(const std::vector<Record>& all) {
  std::string text = "; Names that the site's name servers should know.\n";
  for (const Record& one : all)
    text += one.name + ". 3600 IN A " + one.address + "  ; " + one.of + "\n";
  return text;
}

}  // namespace

Files network_files(const Instance& instance) {
  Files files;
  const auto pools = pool_objects(instance);
  if (instance.owners.is_ours("load_balancer") && !pools.empty())
    files["network/pools.yaml"] =
        yaml_documents("Addresses for services of the type LoadBalancer.", pools);
  if (instance.owners.is_ours("ingress"))
    files["network/ingress-class.yaml"] = yaml_documents(
        "What an Ingress names to be reached from outside.", {ingress_class(instance)});
  const auto all = records(instance);
  files["network/dns.yaml"] = dns_yaml(all);
  files["network/dns.zone"] = dns_zone(all);
  return files;
}

}  // namespace provisioner::handoff

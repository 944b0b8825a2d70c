// network/: addresses and names.

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
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

Value gateway_class(const Value& one) {
  Dict made =
      object("gateway.networking.k8s.io/v1", "GatewayClass", {{"name", text_of(one, "name")}});
  made.set("spec", Dict{{"controllerName", text_of(one, "controller")}});
  return made;
}

// Multus takes the configuration of a plug-in of CNI as a text of JSON.
Value attachment(const Value& one) {
  const std::string name = text_of(one, "name");
  const std::size_t slash = name.find('/');
  Dict config{{"cniVersion", "0.3.1"}, {"name", name.substr(slash + 1)}};
  if (const Value* said = one.find("config"); said != nullptr && said->is_dict()) {
    for (const auto& [key, entry] : said->dict()) config.set(key, entry);
  } else {
    config.set("type", text_of(one, "type", "macvlan"));
    config.set("master", text_of(one, "master"));
    config.set("mode", text_of(one, "mode", "bridge"));
    const Value* ipam = one.find("ipam");
    config.set("ipam", ipam != nullptr ? *ipam : Value(Dict{{"type", "dhcp"}}));
  }
  Dict made = object("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition",
                     {{"name", name.substr(slash + 1)}, {"namespace", name.substr(0, slash)}});
  made.set("spec", Dict{{"config", value::write_json(config)}});
  return made;
}

// Those that are more than a name are made by this bundle; others are there, by the site.
std::vector<Value> attachments(const Instance& instance) {
  std::vector<Value> objects;
  for (const Value& one : items_of(instance.find("phalanx_networks")))
    if (one.find("master") != nullptr || one.find("config") != nullptr)
      objects.push_back(attachment(one));
  return objects;
}

// What the platform finds at the site, by whose it is.
std::string services_yaml(const Instance& instance) {
  List list;
  for (const profile::Ownership& one : instance.owners.components)
    if (const std::string place = place_of(instance, one.component); !place.empty())
      list.emplace_back(Dict{
          {"component", one.component}, {"owner", std::string(name_of(one.owner))}, {"at", place}});
  return list.empty() ? ""
                      : "# Where that is which the platform finds, and does not bring itself.\n" +
                            yaml_text(Dict{{"services", std::move(list)}});
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

std::string place_of(const Instance& instance, std::string_view component) {
  const profile::Owner owner = instance.owners.owner_of(component);
  if (owner == profile::Owner::absent || owner == profile::Owner::provisioner) return "";
  if (component == "batch_access") return instance.text("batch_access_url");
  if (component != "file_access") return "";
  const std::string said = instance.text("file_access_url");
  if (!said.empty() || instance.owners.platform != profile::Platform::phalanx) return said;
  // Nublado's file servers, a path of its pages.
  const Value* phalanx = instance.find("phalanx");
  const std::string name = phalanx == nullptr ? "" : text_of(*phalanx, "fqdn", instance.domain());
  return owner == profile::Owner::site || name.empty() ? "" : "https://" + name + "/files";
}

Files network_files(const Instance& instance) {
  Files files;
  const auto pools = pool_objects(instance);
  if (instance.owners.is_ours("load_balancer") && !pools.empty())
    files["network/pools.yaml"] =
        yaml_documents("Addresses for services of the type LoadBalancer.", pools);
  if (instance.owners.is_ours("ingress"))
    files["network/ingress-class.yaml"] = yaml_documents(
        "What an Ingress names to be reached from outside.", {ingress_class(instance)});
  std::vector<Value> gateways;
  for (const Value& one : items_of(instance.find("gateway_classes")))
    gateways.push_back(gateway_class(one));
  if (!gateways.empty())
    files["network/gateway-classes.yaml"] = yaml_documents(
        "What a Gateway names; its controller and its kinds are the site's.", gateways);
  if (const auto networks = attachments(instance); !networks.empty())
    files["network/networks.yaml"] = yaml_documents(
        "Networks beside the pods' own; Multus and its kinds are the site's.", networks);
  if (const std::string services = services_yaml(instance); !services.empty())
    files["network/services.yaml"] = services;
  const auto all = records(instance);
  files["network/dns.yaml"] = dns_yaml(all);
  files["network/dns.zone"] = dns_zone(all);
  return files;
}

}  // namespace provisioner::handoff

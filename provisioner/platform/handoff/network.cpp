// network/: addresses and names.

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/standard_names.h"
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

// Names that lead somewhere, and those of which nobody here knows where to, for one reason.
struct Names {
  std::vector<Record> known = {};
  std::vector<std::string> unknown = {};
  std::string because = {};
};

constexpr const char* of_pages = "pages of the platform";

// Addresses that pages of the platform have: asked for by name, else those that they were given.
std::vector<std::string> pages_addresses(const Instance& instance) {
  const std::string said = instance.owners.platform != profile::Platform::phalanx
                               ? instance.text("ingress_address")
                               : phalanx_address(instance.variables);
  return said.empty() ? instance.ingress_addresses : std::vector<std::string>{said};
}

// That of the platform that stands there; a layer below may say another's.
std::string name_of_platform(const Instance& instance) {
  const Value* gen3 = instance.find("gen3");
  switch (instance.owners.platform) {
    case profile::Platform::gen3:
      return gen3 == nullptr ? std::string() : text_of(*gen3, "hostname");
    case profile::Platform::phalanx:
      return phalanx_name(instance.variables);
    case profile::Platform::csoc:
    case profile::Platform::plain:
      return "";
  }
  return "";
}

std::vector<std::string> pages_names(const Instance& instance) {
  std::vector<std::string> names;
  if (!instance.domain().empty()) names.push_back(instance.domain());
  // Our ingress answers for whatever is below it, by its standard certificate.
  if (!names.empty() && instance.owners.is_ours("ingress")) names.push_back("*." + names.front());
  const std::string name = name_of_platform(instance);
  if (!name.empty() && name != instance.domain()) names.push_back(name);
  return names;
}

// Why nobody here knows where pages are; "" where there are none.
std::string why_unknown(const Instance& instance) {
  const profile::Owner owner = instance.owners.owner_of("ingress");
  if (owner == profile::Owner::absent) return "";
  if (owner == profile::Owner::provisioner)
    return "no node of the cluster has told at which address the ingress is";
  return "the ingress is the " + std::string(name_of(owner)) +
         "'s, and 'ingress_address' does not say where it is";
}

Names names_of(const Instance& instance) {
  Names all;
  const auto add = [&](const std::string& name, const std::string& address, const char* of) {
    if (!name.empty() && !address.empty()) all.known.push_back({name, address, of});
  };
  if (const Value* endpoint = instance.find("kubernetes_endpoint"))
    add(text_of(*endpoint, "name"), text_of(*endpoint, "address"), "the API");
  add(instance.text("registry_name"), instance.text("registry_address"), "the registry");
  const auto pages = pages_addresses(instance);
  for (const std::string& name : pages_names(instance))
    for (const std::string& address : pages) add(name, address, of_pages);
  if (!pages.empty()) return all;
  all.because = why_unknown(instance);
  if (!all.because.empty()) all.unknown = pages_names(instance);
  return all;
}

const char* type_of(const Record& record) {
  return record.address.find(':') == std::string::npos ? "A" : "AAAA";
}

std::string dns_yaml(const Names& all) {
  List known, unknown;
  for (const Record& one : all.known)
    known.emplace_back(
        Dict{{"name", one.name}, {"type", type_of(one)}, {"value", one.address}, {"for", one.of}});
  for (const std::string& name : all.unknown)
    unknown.emplace_back(Dict{{"name", name}, {"for", of_pages}, {"because", all.because}});
  Dict said{{"records", std::move(known)}};
  if (!unknown.empty()) said.set("not_known_yet", std::move(unknown));
  return "# Names that the site's name servers should know; dns.zone has the same for BIND.\n" +
         yaml_text(said);
}

std::string dns_zone(const Names& all) {
  std::string text = "; Names that the site's name servers should know.\n";
  for (const Record& one : all.known)
    text += one.name + ". 3600 IN " + type_of(one) + " " + one.address + "  ; " + one.of + "\n";
  for (const std::string& name : all.unknown)
    text += "; " + name + ". is not known yet: " + all.because + "\n";
  return text;
}

}  // namespace

bool lacks_address_of_pages(const Instance& instance) {
  return pages_addresses(instance).empty() && !pages_names(instance).empty();
}

std::string place_of(const Instance& instance, std::string_view component) {
  const profile::Owner owner = instance.owners.owner_of(component);
  if (owner == profile::Owner::absent || owner == profile::Owner::provisioner) return "";
  if (component == "batch_access") return instance.text("batch_access_url");
  if (component != "file_access") return "";
  const std::string said = instance.text("file_access_url");
  if (!said.empty() || instance.owners.platform != profile::Platform::phalanx) return said;
  // Nublado's file servers, a path of its pages.
  const std::string name = phalanx_name(instance.variables);
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
  const Names all = names_of(instance);
  files["network/dns.yaml"] = dns_yaml(all);
  files["network/dns.zone"] = dns_zone(all);
  return files;
}

}  // namespace provisioner::handoff

// Who owns which component of an instance.

#include "provisioner/platform/profile/profile.h"

#include <algorithm>
#include <array>
#include <optional>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"

namespace provisioner::profile {
namespace {

using base::Diagnostics;
using base::Error;
using base::Kind;
using value::Value;

constexpr std::array<std::string_view, 4> owner_names = {"provisioner", "platform", "site",
                                                         "absent"};
constexpr std::array<std::string_view, 4> platform_names = {"plain", "gen3", "phalanx", "csoc"};

// What a component is like where no platform says otherwise.
struct Standard {
  const char* component;
  Owner owner;
  const char* because;
};

constexpr Standard standards[] = {
    {"ingress", Owner::provisioner, "pages are reached from outside through it"},
    {"load_balancer", Owner::provisioner, "bare metal gives no address to a service"},
    {"cert_manager", Owner::absent, "certificates come from the site's own authority"},
    {"storage_classes", Owner::provisioner, "volumes lie on the site's disks and servers"},
    {"metrics", Owner::provisioner, "nodes and pods are measured by what the nodes run"},
    {"logs", Owner::provisioner, "logs of pods are read on the nodes"},
    {"registry", Owner::provisioner, "nodes get all images from within the site"},
    {"argo_cd", Owner::absent, "nothing here needs it"},
    {"external_secrets", Owner::absent, "nothing here needs it"},
    {"secrets_operator", Owner::absent, "nothing here needs it"},
    {"dashboard", Owner::absent, "kubectl tells the same; nobody has asked for one"},
    {"file_access", Owner::absent, "nobody reaches files from outside (VOSpace, WebDAV)"},
    {"batch_access", Owner::absent, "nobody submits batch jobs from here"},
};

// Where a platform needs it to be otherwise, and why.
struct Exception {
  Platform platform;
  const char* component;
  Owner owner;
  const char* because;
};

constexpr Exception exceptions[] = {
    {Platform::gen3, "argo_cd", Owner::site, "Gen3's charts are deployed by one that is there"},
    {Platform::gen3, "external_secrets", Owner::absent,
     "Gen3's charts know stores of AWS and Google alone: their Secrets are made before them"},
    {Platform::csoc, "argo_cd", Owner::site, "a centre deploys to its commons by its own"},
    {Platform::csoc, "external_secrets", Owner::site, "a centre's charts take secrets from it"},
    {Platform::phalanx, "ingress", Owner::platform,
     "Phalanx brings its own ingress-nginx and does not work behind another"},
    {Platform::phalanx, "load_balancer", Owner::site,
     "Phalanx asks for an address, and each site gives it in its own way"},
    {Platform::phalanx, "cert_manager", Owner::platform, "Phalanx brings its own"},
    {Platform::phalanx, "argo_cd", Owner::platform, "Phalanx is deployed by its own"},
    {Platform::phalanx, "secrets_operator", Owner::platform,
     "Phalanx brings its vault-secrets-operator"},
};

// Those that there is a role for.
constexpr std::array<std::string_view, 8> brought = {
    "ingress", "load_balancer", "cert_manager", "storage_classes",
    "metrics", "logs",          "registry",     "dashboard"};

template <class Enum, std::size_t count>
std::optional<Enum> named(const std::array<std::string_view, count>& names, const Value& text) {
  if (!text.is_string()) return std::nullopt;
  const auto found = std::ranges::find(names, text.text());
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

template <std::size_t count>
std::vector<std::string> words_of(const std::array<std::string_view, count>& names) {
  return {names.begin(), names.end()};
}

std::string kind_of(const Value& value) { return std::string(value::name_of(value.kind())); }

std::string hint_among(const std::string& word, const std::vector<std::string>& names) {
  const std::string near = base::suggestion(word, names);
  return near.empty() ? "one of: " + base::join(names, ", ") : near;
}

void add_wrong(Diagnostics& diagnostics, const std::string& message, const std::string& hint,
               const base::Pos& pos) {
  diagnostics.add(Error(Kind::input, message, pos).set_hint(hint));
}

Platform platform_of(const Value* said, Diagnostics& diagnostics) {
  if (said == nullptr || said->is_none()) return Platform::plain;
  if (const auto platform = named<Platform>(platform_names, *said)) return *platform;
  if (!said->is_string()) {
    add_wrong(diagnostics, "'platform' is a text, found " + kind_of(*said),
              "one of: " + base::join(words_of(platform_names), ", "), said->pos());
    return Platform::plain;
  }
  const std::string& word = said->text();
  add_wrong(diagnostics, "there is no platform '" + word + "'",
            hint_among(word, words_of(platform_names)), said->pos());
  return Platform::plain;
}

Ownership standard_of(const Standard& standard, Platform platform) {
  for (const Exception& other : exceptions)
    if (other.platform == platform && standard.component == std::string_view(other.component))
      return {standard.component, other.owner, other.because};
  return {standard.component, standard.owner, standard.because};
}

// Where the inventory says so, as far as that is known.
std::string told_by(const base::Pos& pos) {
  return pos.is_known() ? "the inventory says so: " + pos.text() : "the inventory says so";
}

void override_one(Profile& profile, const Value& key, const Value& said, Diagnostics& diagnostics) {
  const std::string name = value::Dict::key_text(key), word = value::Dict::key_text(said);
  const auto owned = std::ranges::find(profile.components, name, &Ownership::component);
  if (owned == profile.components.end())
    return add_wrong(diagnostics, "there is no component '" + name + "'",
                     hint_among(name, component_names()), key.pos());
  if (!said.is_string())
    return add_wrong(diagnostics, "'components." + name + "' is a text, found " + kind_of(said),
                     "one of: " + base::join(words_of(owner_names), ", "), said.pos());
  const auto owner = named<Owner>(owner_names, said);
  if (!owner)
    return add_wrong(diagnostics, "'" + word + "' cannot own '" + name + "'",
                     hint_among(word, words_of(owner_names)), said.pos());
  if (*owner == Owner::provisioner && std::ranges::find(brought, name) == brought.end())
    return add_wrong(diagnostics, "the provisioner brings no '" + name + "'",
                     "it is the site's, the platform's or absent; brought are: " +
                         base::join(words_of(brought), ", "),
                     said.pos());
  if (*owner == Owner::platform && profile.platform == Platform::plain)
    return add_wrong(diagnostics, "a plain cluster has no platform that could own '" + name + "'",
                     "say which it is (platform: phalanx), or that it is the site's or absent",
                     said.pos());
  owned->owner = *owner;
  owned->because = told_by(said.pos());
}

}  // namespace

std::string_view name_of(Owner owner) { return owner_names.at(static_cast<std::size_t>(owner)); }

std::string_view name_of(Platform platform) {
  return platform_names.at(static_cast<std::size_t>(platform));
}

Owner Profile::owner_of(std::string_view component) const {
  const auto found = std::ranges::find(components, component, &Ownership::component);
  if (found == components.end())
    throw Error(Kind::bug, "there is no component '" + std::string(component) + "'");
  return found->owner;
}

bool Profile::is_ours(std::string_view component) const {
  return owner_of(component) == Owner::provisioner;
}

const std::vector<std::string>& component_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Standard& standard : standards) all.emplace_back(standard.component);
    return all;
  }();
  return names;
}

Profile profile_of(const Value* platform, const Value* components, Diagnostics& diagnostics) {
  Profile profile{.platform = platform_of(platform, diagnostics)};
  for (const Standard& standard : standards)
    profile.components.push_back(standard_of(standard, profile.platform));
  if (components == nullptr || components->is_none()) return profile;
  if (!components->is_dict()) {
    add_wrong(diagnostics, "'components' is a dict of owners, found " + kind_of(*components),
              "components: {ingress: site}", components->pos());
    return profile;
  }
  for (const auto& [key, said] : components->dict()) override_one(profile, key, said, diagnostics);
  return profile;
}

}  // namespace provisioner::profile

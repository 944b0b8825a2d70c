// A declaration of access as an inventory has it.

#include "provisioner/platform/access/read_access.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/platform/access/read_amounts.h"
#include "provisioner/platform/access/reading.h"

namespace provisioner::access {
namespace {

using value::Dict;
using value::Value;

// Of a subject's O and CN, which have 64 (RFC 5280), with what stands before it there.
constexpr std::size_t longest_role = 32;
constexpr int longest_hours = 7 * 24, standard_hours = 12;

// Namespaces that the provisioner's own components stand in.
const std::vector<std::string> ours = {"site-ingress", "metallb-system", "provisioner-admission"};
const std::vector<std::string> flow_words = {"pods", "ingress", "api-server", "outside"};

bool is_network(const std::string& text) {
  static const base::Regex form(R"(((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?=\d)|(?=/))){4}/)"
                                R"((3[0-2]|[12]?\d))");
  const auto found = form.match_start(text);
  return found && found->end() == text.size();
}

class Reader {
 public:
  Reader(Access& access, base::Diagnostics& diagnostics) : access_(access), reading_(diagnostics) {}

  void read(const Value& declaration) {
    static const std::vector<std::string> keys = {"namespaces", "others", "ingress_namespace",
                                                  "roles"};
    if (!reading_.check_keys(declaration, keys)) return;
    if (const Value* said = declaration.find("ingress_namespace")) read_ingress(*said);
    const Value* namespaces = declaration.find("namespaces");
    each_of(namespaces, "'namespaces'",
            [&](const Value& key, const Value& body) { read_namespace(key, body); });
    read_others(declaration.find("others"));
    // Flows may name a namespace that comes later.
    each_of(namespaces, nullptr,
            [&](const Value& key, const Value& body) { read_flows(key, body); });
    each_of(declaration.find("roles"), "'roles'",
            [&](const Value& key, const Value& body) { read_role(key, body); });
  }

 private:
  template <class Take>
  void each_of(const Value* dict, const char* what, Take take) {
    if (dict == nullptr || dict->is_none()) return;
    if (!dict->is_dict()) {
      if (what != nullptr)
        reading_.add(std::string(what) + " is names with what is said of each, found " +
                         std::string(name_of(dict->kind())),
                     *dict);
      return;
    }
    for (const auto& [key, body] : dict->dict()) take(key, body);
  }

  bool can_be_named(const Value& key, const char* what) {
    const std::string name = Dict::key_text(key);
    if (is_label(name)) return true;
    reading_.add("'" + name + "' cannot be the name of a " + what, key,
                 "up to 63 lower-case letters, digits and '-', a letter or digit at both ends");
    return false;
  }

  void read_ingress(const Value& said) {
    if (can_be_named(said, "namespace")) access_.cluster.ingress_namespace = Dict::key_text(said);
  }

  // Whose a name is that nobody may declare; "" where it is free.
  std::string owner_of(const std::string& name) const {
    if (name == "default" || name.starts_with("kube-")) return "Kubernetes'";
    if (std::ranges::find(ours, name) != ours.end()) return "a component's";
    const auto& platforms = access_.cluster.platform_namespaces;
    return std::ranges::find(platforms, name) != platforms.end() ? "the platform's" : "";
  }

  void read_namespace(const Value& key, const Value& body) {
    static const std::vector<std::string> keys = {"aspect", "commons",    "pod_security", "quota",
                                                  "limits", "flows_from", "flows_to",     "within"};
    if (!can_be_named(key, "namespace")) return;
    Namespace one{.name = Dict::key_text(key)};
    if (const std::string owner = owner_of(one.name); !owner.empty())
      reading_.add("the namespace '" + one.name + "' is " + owner + ", and not to be made here",
                   key, "where flows need its name, it is one of 'others'");
    if (std::ranges::find(flow_words, one.name) != flow_words.end())
      reading_.add("'" + one.name + "' is a word of flows, and cannot be a namespace", key);
    access_.namespaces.push_back(one);
    if (body.is_none() || !reading_.check_keys(body, keys)) return;
    one.aspect = part_in(body, "aspect");
    one.commons = part_in(body, "commons");
    one.pod_security = level_in(body);
    one.quota = read_quota(body.find("quota"), reading_);
    one.limits = read_limits(body.find("limits"), reading_);
    one.is_open_within = boolean_in(body, "within", true);
    if (const Value* quota = body.find("quota")) warn_of_silent_pods(*quota, one, reading_);
    access_.namespaces.back() = std::move(one);
  }

  std::string part_in(const Value& body, const char* key) {
    const Value* said = body.find(key);
    return said != nullptr && can_be_named(*said, key) ? Dict::key_text(*said) : "";
  }

  bool boolean_in(const Value& body, const std::string& key, bool otherwise) {
    const Value* said = body.find(key);
    if (said == nullptr) return otherwise;
    if (said->is_boolean()) return said->boolean();
    reading_.add("'" + key + "' is true or false", *said);
    return otherwise;
  }

  template <class Enum>
  std::optional<Enum> word_in(const Value& said, const char* what, Enum last) {
    std::vector<std::string> names;
    const std::string word = Dict::key_text(said);
    for (int at = 0; at <= static_cast<int>(last); ++at) {
      names.emplace_back(name_of(static_cast<Enum>(at)));
      if (names.back() == word) return static_cast<Enum>(at);
    }
    reading_.add_unknown(std::string("there is no ") + what + " '" + word + "'", word, said, names);
    return std::nullopt;
  }

  PodSecurity level_in(const Value& body) {
    const Value* said = body.find("pod_security");
    if (said == nullptr) return PodSecurity::baseline;
    return word_in(*said, "level of pod security", PodSecurity::restricted)
        .value_or(PodSecurity::baseline);
  }

  void read_others(const Value* said) {
    for (const Value& item : reading_.texts(said, "'others'")) {
      if (!can_be_named(item, "namespace")) continue;
      if (access_.find(item.text()) != nullptr)
        reading_.add("'" + item.text() + "' is declared, and so is nobody else's", item);
      else if (is_there(access_.others, item.text()))
        reading_.add("'" + item.text() + "' is there twice", item);
      else
        access_.others.push_back(item.text());
    }
  }

  static bool is_there(const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  }

  void read_flows(const Value& key, const Value& body) {
    const auto one = std::ranges::find(access_.namespaces, Dict::key_text(key), &Namespace::name);
    if (one == access_.namespaces.end() || !body.is_dict()) return;
    one->flows_from = peers_in(body.find("flows_from"), "'flows_from'", *one);
    one->flows_to = peers_in(body.find("flows_to"), "'flows_to'", *one);
    for (const Peer& peer : one->flows_to)
      if (peer.kind == Peer::Kind::declared)
        reading_.add("what may go to '" + peer.name + "' is said there", *body.find("flows_to"),
                     peer.name + ": {flows_from: [" + one->name + "]}");
  }

  std::vector<Peer> peers_in(const Value* said, const std::string& what, const Namespace& one) {
    std::vector<Peer> peers;
    for (const Value& item : reading_.texts(said, what)) {
      const auto peer = peer_of(item);
      if (!peer) continue;
      if (peer->name == one.name)
        reading_.add("pods of '" + one.name + "' may talk to each other unless it says otherwise",
                     item, "within: false");
      if (std::ranges::find(peers, *peer) != peers.end())
        reading_.add("'" + item.text() + "' is there twice", item);
      else
        peers.push_back(*peer);
    }
    return peers;
  }

  std::optional<Peer> peer_of(const Value& item) {
    using Kind = Peer::Kind;
    const std::string& word = item.text();
    if (word == "ingress") {
      if (access_.cluster.ingress_namespace.empty())
        reading_.add("nobody knows where the ingress runs", item,
                     "access: {ingress_namespace: NAME}");
      return Peer{Kind::ingress};
    }
    if (word == "pods") return Peer{Kind::pods};
    if (word == "api-server") return Peer{Kind::api_server};
    if (word == "outside") return Peer{Kind::outside};
    if (access_.find(word) != nullptr) return Peer{Kind::declared, word};
    if (is_there(access_.others, word)) return Peer{Kind::other, word};
    if (word.find('/') != std::string::npos) {
      if (is_network(word)) return Peer{Kind::network, word};
      reading_.add("'" + word + "' is no network", item, "as 10.0.0.0/8");
      return std::nullopt;
    }
    std::vector<std::string> known = flow_words;
    for (const Namespace& one : access_.namespaces) known.push_back(one.name);
    known.insert(known.end(), access_.others.begin(), access_.others.end());
    reading_.add_unknown("there is no namespace '" + word + "' for a flow", word, item, known);
    return std::nullopt;
  }

  void read_role(const Value& key, const Value& body) {
    static const std::vector<std::string> keys = {"groups", "may", "in", "kubeconfig", "hours"};
    if (!can_be_named(key, "role") || !reading_.check_keys(body, keys)) return;
    Role role{.name = Dict::key_text(key)};
    if (role.name.size() > longest_role)
      reading_.add("'" + role.name + "' is too long for a role", key,
                   "a certificate has room for " + std::to_string(longest_role) + " characters");
    read_groups(body.find("groups"), role);
    const Value* may = body.find("may");
    if (may == nullptr)
      return reading_.add("the role '" + role.name + "' says nothing of what it may", key,
                          "may: view, edit, admin, audit, operate or platform-admin");
    const auto found = word_in(*may, "right", May::platform_admin);
    if (!found) return;
    role.may = *found;
    read_places(key, body.find("in"), role);
    read_kubeconfig(body, role);
    access_.roles.push_back(std::move(role));
  }

  void read_groups(const Value* said, Role& role) {
    static const base::Regex form(R"([^\s\x00-\x1f\x7f,"'\\{}%]{1,253})");
    for (const Value& item : reading_.texts(said, "'groups'")) {
      const std::string& name = item.text();
      const auto found = form.match_start(name);
      if (!found || found->end() != name.size())
        reading_.add("'" + name + "' cannot be the name of a group", item);
      else if (name.starts_with("system:") || name.starts_with("provisioner:"))
        reading_.add("the group '" + name + "' is not people's", item,
                     "name a group of the site's directory or of its issuer");
      else if (is_there(role.groups, name))
        reading_.add("'" + name + "' is there twice", item);
      else
        role.groups.push_back(name);
    }
  }

  void read_places(const Value& key, const Value* said, Role& role) {
    const bool is_all = said != nullptr && said->is_string() && said->text() == "all";
    if (is_cluster_wide(role.may)) {
      if (said != nullptr && !is_all)
        reading_.add("'" + std::string(name_of(role.may)) + "' holds for the whole cluster", *said,
                     "leave 'in' out, or give the role view, edit or admin");
      return;
    }
    if (said == nullptr)
      return reading_.add("the role '" + role.name + "' is for no namespace", key,
                          "in: [names of namespaces], or in: all");
    std::set<std::string> meant;
    if (is_all)
      for (const Namespace& one : access_.namespaces) meant.insert(one.name);
    else
      for (const Value& item : reading_.texts(said, "'in'")) add_place(item, meant);
    for (const Namespace& one : access_.namespaces)
      if (meant.contains(one.name)) role.namespaces.push_back(one.name);
  }

  void add_place(const Value& item, std::set<std::string>& meant) {
    std::map<std::string, std::set<std::string>> known;
    for (const Namespace& one : access_.namespaces) {
      known[one.name].insert(one.name);
      if (!one.aspect.empty()) known["aspect:" + one.aspect].insert(one.name);
      if (!one.commons.empty()) known["commons:" + one.commons].insert(one.name);
    }
    if (const auto found = known.find(item.text()); found != known.end())
      return meant.insert(found->second.begin(), found->second.end());
    std::vector<std::string> words;
    for (const auto& [word, names] : known) words.push_back(word);
    reading_.add_unknown("there is no namespace '" + item.text() + "' for a role", item.text(),
                         item, words);
  }

  void read_kubeconfig(const Value& body, Role& role) {
    role.is_by_oidc = access_.cluster.issuer.has_value();
    role.hours = standard_hours;
    if (const Value* said = body.find("kubeconfig")) {
      const std::string word = Dict::key_text(*said);
      if (word != "oidc" && word != "certificate")
        reading_.add_unknown("there is no kubeconfig of kind '" + word + "'", word, *said,
                             {"oidc", "certificate"});
      if (word == "oidc" && !access_.cluster.issuer.has_value())
        reading_.add("the cluster trusts no issuer", *said,
                     "give it one: kubernetes_oidc: {issuer: https://..., client: ...}");
      role.is_by_oidc = word == "oidc";
    }
    const Value* hours = body.find("hours");
    if (hours == nullptr) return;
    if (!hours->is_integer() || hours->integer() < 1 || hours->integer() > longest_hours)
      return reading_.add("'hours' is a number from 1 to " + std::to_string(longest_hours), *hours);
    role.hours = static_cast<int>(hours->integer());
  }

  Access& access_;
  Reading reading_;
};

// RFC 6749, section 3.3: words of printable ASCII.
bool is_scope(const Value& word) {
  static const base::Regex form(R"([\x21\x23-\x5b\x5d-\x7e]+\Z)");
  return word.is_string() && form.match_start(word.text()).has_value();
}

std::vector<std::string> read_scopes(const Value& said, Reading& reading) {
  std::vector<std::string> scopes;
  if (!said.is_list() || !std::ranges::all_of(said.list(), is_scope)) {
    reading.add("'scopes' is a list of words that the issuer knows", said, "scopes: [groups]");
    return scopes;
  }
  for (const Value& word : said.list()) scopes.push_back(word.text());
  return scopes;
}

}  // namespace

Access read_access(const Value* declaration, Cluster cluster, base::Diagnostics& diagnostics) {
  Access access{.cluster = std::move(cluster)};
  if (declaration != nullptr && !declaration->is_none())
    Reader(access, diagnostics).read(*declaration);
  return access;
}

std::optional<Issuer> read_issuer(const Value* said, base::Diagnostics& diagnostics) {
  static const std::vector<std::string> keys = {"issuer",       "client",          "username_claim",
                                                "groups_claim", "username_prefix", "groups_prefix",
                                                "scopes"};
  if (said == nullptr || said->is_none() || (said->is_dict() && said->dict().is_empty())) return {};
  Reading reading(diagnostics);
  if (!reading.check_keys(*said, keys)) return {};
  Issuer issuer{.url = value::text_or(*said, "issuer", ""),
                .client = value::text_or(*said, "client", "")};
  issuer.group_prefix = value::text_or(*said, "groups_prefix", issuer.group_prefix);
  if (!issuer.url.starts_with("https://"))
    reading.add("the API asks an issuer over https:// alone, found '" + issuer.url + "'", *said,
                "kubernetes_oidc: {issuer: https://..., client: ...}");
  if (issuer.client.empty()) reading.add("the issuer knows the cluster by no 'client'", *said);
  if (issuer.group_prefix.empty())
    reading.add("groups of an issuer need a prefix", *said,
                "one that names a group system:masters would be the cluster's master");
  const std::string prefix = value::text_or(*said, "username_prefix", "oidc:");
  if (prefix.empty() || prefix == "-")
    reading.add("users of an issuer need a prefix", *said,
                "one that names somebody system:kube-scheduler would be the cluster's scheduler");
  if (const Value* scopes = said->find("scopes")) issuer.scopes = read_scopes(*scopes, reading);
  return issuer;
}

}  // namespace provisioner::access

// A declaration of access as an inventory has it.

#include "provisioner/platform/access/read_access.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/platform/access/read_amounts.h"

namespace provisioner::access {
namespace {

using value::Dict;
using value::StrictDict;
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
  Reader(Access& access, const Value& declaration, base::Diagnostics& diagnostics)
      : access_(access), all_(&declaration, "access", declaration, diagnostics) {}

  void read() {
    all_.know({"namespaces", "others", "ingress_namespace", "roles"});
    if (const Value* said = all_.find("ingress_namespace")) read_ingress(*said);
    const StrictDict namespaces = all_.below("namespaces"), roles = all_.below("roles");
    std::vector<StrictDict> bodies;  // of those that could be read, as access_.namespaces has them
    for (const auto& [key, said] : namespaces.value().dict()) read_namespace(key, said, bodies);
    read_others();
    // Flows may name a namespace that comes later.
    for (std::size_t at = 0; at < bodies.size(); ++at)
      read_flows(bodies[at], access_.namespaces[at]);
    for (const auto& [key, said] : roles.value().dict()) read_role(key, said);
  }

 private:
  StrictDict body_of(const char* of, const Value& key, const Value& said) {
    return {&said, "access." + std::string(of) + "." + Dict::key_text(key), key,
            all_.diagnostics()};
  }

  bool can_be_named(const Value& key, const char* what) {
    const std::string name = Dict::key_text(key);
    if (key.is_string() && base::is_dns_label(name)) return true;
    all_.add_at("'" + name + "' cannot be the name of a " + what, key,
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

  void read_namespace(const Value& key, const Value& said, std::vector<StrictDict>& bodies) {
    if (!can_be_named(key, "namespace")) return;
    Namespace one{.name = Dict::key_text(key)};
    if (const std::string owner = owner_of(one.name); !owner.empty())
      all_.add_at("the namespace '" + one.name + "' is " + owner + ", and not to be made here", key,
                  "where flows need its name, it is one of 'others'");
    if (std::ranges::find(flow_words, one.name) != flow_words.end())
      all_.add_at("'" + one.name + "' is a word of flows, and cannot be a namespace", key);
    StrictDict body = body_of("namespaces", key, said);
    body.know({"aspect", "commons", "pod_security", "quota", "limits", "flows_from", "flows_to",
               "within"});
    one.aspect = part_in(body, "aspect");
    one.commons = part_in(body, "commons");
    one.pod_security = level_in(body);
    one.quota = read_quota(body);
    one.limits = read_limits(body);
    one.is_open_within = body.boolean("within", true);
    warn_of_silent_pods(one, body);
    access_.namespaces.push_back(std::move(one));
    bodies.push_back(std::move(body));
  }

  std::string part_in(StrictDict& body, const char* key) {
    const Value* said = body.find(key);
    return said != nullptr && can_be_named(*said, key) ? Dict::key_text(*said) : "";
  }

  template <class Enum>
  std::optional<Enum> word_in(const Value& said, const char* what, Enum last) {
    std::vector<std::string> names;
    const std::string word = Dict::key_text(said);
    for (int at = 0; at <= static_cast<int>(last); ++at) {
      names.emplace_back(name_of(static_cast<Enum>(at)));
      if (names.back() == word) return static_cast<Enum>(at);
    }
    all_.add_unknown(std::string("there is no ") + what + " '" + word + "'", word, said, names);
    return std::nullopt;
  }

  PodSecurity level_in(StrictDict& body) {
    const Value* said = body.find("pod_security");
    if (said == nullptr) return PodSecurity::baseline;
    return word_in(*said, "level of pod security", PodSecurity::restricted)
        .value_or(PodSecurity::baseline);
  }

  void read_others() {
    for (const Value& item : all_.texts("others")) {
      if (!can_be_named(item, "namespace")) continue;
      if (access_.find(item.text()) != nullptr)
        all_.add_at("'" + item.text() + "' is declared, and so is nobody else's", item);
      else if (is_there(access_.others, item.text()))
        all_.add_at("'" + item.text() + "' is there twice", item);
      else
        access_.others.push_back(item.text());
    }
  }

  static bool is_there(const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  }

  void read_flows(StrictDict& body, Namespace& one) {
    one.flows_from = peers_in(body, "flows_from", one);
    one.flows_to = peers_in(body, "flows_to", one);
    for (const Peer& peer : one.flows_to)
      if (peer.kind == Peer::Kind::declared)
        body.add("what may go to '" + peer.name + "' is said there", "flows_to",
                 peer.name + ": {flows_from: [" + one.name + "]}");
  }

  std::vector<Peer> peers_in(StrictDict& body, const char* key, const Namespace& one) {
    std::vector<Peer> peers;
    for (const Value& item : body.texts(key)) {
      const auto peer = peer_of(item);
      if (!peer) continue;
      if (peer->name == one.name)
        all_.add_at("pods of '" + one.name + "' may talk to each other unless it says otherwise",
                    item, "within: false");
      if (std::ranges::find(peers, *peer) != peers.end())
        all_.add_at("'" + item.text() + "' is there twice", item);
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
        all_.add_at("nobody knows where the ingress runs", item,
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
      all_.add_at("'" + word + "' is no network", item, "as 10.0.0.0/8");
      return std::nullopt;
    }
    std::vector<std::string> known = flow_words;
    for (const Namespace& one : access_.namespaces) known.push_back(one.name);
    known.insert(known.end(), access_.others.begin(), access_.others.end());
    all_.add_unknown("there is no namespace '" + word + "' for a flow", word, item, known);
    return std::nullopt;
  }

  void read_role(const Value& key, const Value& said) {
    if (!can_be_named(key, "role")) return;
    StrictDict body = body_of("roles", key, said);
    if (body.is_wrong()) return;
    body.know({"groups", "may", "in", "kubeconfig", "hours"});
    Role role{.name = Dict::key_text(key)};
    if (role.name.size() > longest_role)
      all_.add_at("'" + role.name + "' is too long for a role", key,
                  "a certificate has room for " + std::to_string(longest_role) + " characters");
    read_groups(body, role);
    const Value* may = body.find("may");
    if (may == nullptr)
      return all_.add_at("the role '" + role.name + "' says nothing of what it may", key,
                         "may: view, edit, admin, audit, operate or platform-admin");
    const auto found = word_in(*may, "right", May::platform_admin);
    if (!found) return;
    role.may = *found;
    read_places(key, body, role);
    read_kubeconfig(body, role);
    access_.roles.push_back(std::move(role));
  }

  void read_groups(StrictDict& body, Role& role) {
    static const base::Regex form(R"([^\s\x00-\x1f\x7f,"'\\{}%]{1,253})");
    for (const Value& item : body.texts("groups")) {
      const std::string& name = item.text();
      const auto found = form.match_start(name);
      if (!found || found->end() != name.size())
        all_.add_at("'" + name + "' cannot be the name of a group", item);
      else if (name.starts_with("system:") || name.starts_with("provisioner:"))
        all_.add_at("the group '" + name + "' is not people's", item,
                    "name a group of the site's directory or of its issuer");
      else if (is_there(role.groups, name))
        all_.add_at("'" + name + "' is there twice", item);
      else
        role.groups.push_back(name);
    }
  }

  void read_places(const Value& key, StrictDict& body, Role& role) {
    const Value* said = body.find("in");
    const bool is_all = said != nullptr && said->is_string() && said->text() == "all";
    if (is_cluster_wide(role.may)) {
      if (said != nullptr && !is_all)
        all_.add_at("'" + std::string(name_of(role.may)) + "' holds for the whole cluster", *said,
                    "leave 'in' out, or give the role view, edit or admin");
      return;
    }
    if (said == nullptr)
      return all_.add_at("the role '" + role.name + "' is for no namespace", key,
                         "in: [names of namespaces], or in: all");
    std::set<std::string> meant;
    if (is_all)
      for (const Namespace& one : access_.namespaces) meant.insert(one.name);
    else
      for (const Value& item : body.texts("in")) add_place(item, meant);
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
    all_.add_unknown("there is no namespace '" + item.text() + "' for a role", item.text(), item,
                     words);
  }

  void read_kubeconfig(StrictDict& body, Role& role) {
    role.is_by_oidc = access_.cluster.issuer.has_value();
    const std::string word = body.text("kubeconfig", role.is_by_oidc ? "oidc" : "certificate");
    if (word != "oidc" && word != "certificate")
      all_.add_unknown("there is no kubeconfig of kind '" + word + "'", word,
                       *body.find("kubeconfig"), {"oidc", "certificate"});
    if (word == "oidc" && !access_.cluster.issuer.has_value())
      body.add("the cluster trusts no issuer", "kubeconfig",
               "give it one: kubernetes_oidc: {issuer: https://..., client: ...}");
    role.is_by_oidc = word == "oidc";
    role.hours = static_cast<int>(body.number("hours", 1, longest_hours, standard_hours));
  }

  Access& access_;
  StrictDict all_;
};

// RFC 6749, section 3.3: words of printable ASCII.
std::vector<std::string> read_scopes(StrictDict& oidc) {
  static const base::Regex form(R"([\x21\x23-\x5b\x5d-\x7e]+\Z)");
  std::vector<std::string> scopes;
  for (const Value& word : oidc.texts("scopes"))
    if (form.match_start(word.text()))
      scopes.push_back(word.text());
    else
      oidc.add_at("'" + word.text() + "' is no word that an issuer knows", word,
                  "scopes: [groups]");
  return scopes;
}

}  // namespace

Access read_access(const Value* declaration, Cluster cluster, base::Diagnostics& diagnostics) {
  Access access{.cluster = std::move(cluster)};
  if (declaration != nullptr && !declaration->is_none())
    Reader(access, *declaration, diagnostics).read();
  return access;
}

std::optional<Issuer> read_issuer(const Value* said, base::Diagnostics& diagnostics) {
  if (said == nullptr || said->is_none() || (said->is_dict() && said->dict().is_empty())) return {};
  StrictDict oidc(said, "kubernetes_oidc", *said, diagnostics);
  oidc.know({"issuer", "client", "username_claim", "groups_claim", "username_prefix",
             "groups_prefix", "scopes"});
  for (const char* key : {"username_claim", "groups_claim"}) oidc.has(key, value::Form::text);
  Issuer issuer{.url = oidc.required("issuer", "https://sso.example.org/realms/site"),
                .client = oidc.required("client", "kubernetes"),
                .group_prefix = oidc.text("groups_prefix", Issuer().group_prefix)};
  if (oidc.is_wrong()) return {};
  if (!issuer.url.empty() && !issuer.url.starts_with("https://"))
    oidc.add("the API asks an issuer over https:// alone, found '" + issuer.url + "'", "issuer",
             "kubernetes_oidc: {issuer: https://..., client: ...}");
  if (issuer.group_prefix.empty())
    oidc.add("groups of an issuer need a prefix", "groups_prefix",
             "one that names a group system:masters would be the cluster's master");
  const std::string prefix = oidc.text("username_prefix", "oidc:");
  if (prefix.empty() || prefix == "-")
    oidc.add("users of an issuer need a prefix", "username_prefix",
             "one that names somebody system:kube-scheduler would be the cluster's scheduler");
  if (oidc.is_said("scopes")) issuer.scopes = read_scopes(oidc);
  return issuer;
}

}  // namespace provisioner::access

// What kubectl tells of nodes, and what they tell of themselves.

#include "provisioner/cluster/kubernetes/read_nodes.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/base/utc_time.h"
#include "provisioner/base/value/json.h"

namespace provisioner::kubernetes {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr const char* get_nodes = "kubectl get nodes";
constexpr std::size_t digits_of_sha256 = 64;

[[noreturn]] void misshapen(const std::string& what) {
  throw Error(Kind::input, std::string("'") + get_nodes + "' told " + what);
}

const Value& member(const Value& dict, const char* key) {
  static const Value none;
  const Value* found = dict.find(key);
  return found == nullptr ? none : *found;
}

Labels texts_of(const Value& dict) {
  Labels texts;
  if (!dict.is_dict()) return texts;
  for (const auto& [key, text] : dict.dict()) {
    if (!text.is_string()) misshapen("a label that is no text");
    texts[value::Dict::key_text(key)] = text.text();
  }
  return texts;
}

// On a node that was only cordoned no pod has ended: it counts while nobody could end one.
Away away_named(const std::string& word, bool is_ready) {
  if (word == "drained" || (word == "cordoned" && !is_ready)) return Away::drained;
  return word.empty() ? Away::no : Away::draining;
}

std::set<std::string> keys_in(const Labels& annotations, const char* name) {
  std::set<std::string> keys;
  const auto found = annotations.find(name);
  if (found == annotations.end()) return keys;
  for (std::string& key : base::split(found->second, ','))
    if (!key.empty()) keys.insert(std::move(key));
  return keys;
}

const Value& ready_condition(const Value& status) {
  static const Value none;
  for (const Value& condition : value::items_of(&member(status, "conditions")))
    if (value::text_or(condition, "type", "") == "Ready") return condition;
  return none;
}

// metav1.Time is whole seconds of UTC (kubernetes/apimachinery, pkg/apis/meta/v1/time.go).
std::optional<std::chrono::seconds> age_of(const Value& condition,
                                           std::optional<std::chrono::sys_seconds> now) {
  const auto since = base::utc_time(value::text_or(condition, "lastTransitionTime", ""));
  if (!now || !since) return std::nullopt;
  return *now - *since;
}

ListedNode listed_node(const Value& item, std::optional<std::chrono::sys_seconds> now) {
  const Value& metadata = member(item, "metadata");
  const Value& spec = member(item, "spec");
  const Value& status = member(item, "status");
  ListedNode node;
  node.labels = texts_of(member(metadata, "labels"));
  const Value& ready = ready_condition(status);
  node.is_ready = value::text_or(ready, "status", "") == "True";
  if (!node.is_ready) node.unready_for = age_of(ready, now);
  node.is_cordoned = value::boolean_or(spec, "unschedulable", false);
  const Labels annotations = texts_of(member(metadata, "annotations"));
  if (const auto away = annotations.find(away_annotation); away != annotations.end())
    node.away = away_named(away->second, node.is_ready);
  node.own_labels = keys_in(annotations, labels_annotation);
  node.own_taints = keys_in(annotations, taints_annotation);
  // Somebody has let pods in again, so it is to be drained again.
  if (node.away == Away::drained && !node.is_cordoned) node.away = Away::draining;
  node.kubelet = version_of(value::text_or(member(status, "nodeInfo"), "kubeletVersion", ""));
  if (const Value& taints = member(spec, "taints"); taints.is_list())
    for (const Value& taint : taints.list())
      node.taints.push_back({value::text_or(taint, "key", ""), value::text_or(taint, "value", ""),
                             value::text_or(taint, "effect", "")});
  return node;
}

std::optional<RestorePhase> phase_named(const std::string& word) {
  if (word == "stopping") return RestorePhase::stopping;
  if (word == "stopped") return RestorePhase::stopped;
  if (word == "placed") return RestorePhase::placed;
  return std::nullopt;
}

// Reads the facts of one node, strictly.
class Facts {
 public:
  Facts(const std::string& node, const Value& facts) : node_(node), facts_(facts) {
    if (!facts.is_dict()) refuse("are no dict");
  }

  bool flag(const char* key) const {
    const Value* found = facts_.find(key);
    if (found == nullptr || !found->is_boolean())
      refuse(std::string("lack '") + key + "', true or false");
    return found->boolean();
  }

  std::optional<Version> version(const char* key) const {
    const Value* found = facts_.find(key);
    if (found == nullptr || found->is_none()) return std::nullopt;
    const auto read = found->is_string() ? version_of(base::trim(found->text())) : std::nullopt;
    if (!read) refuse(std::string("have a '") + key + "' that is no release");
    return read;
  }

  // "SHA-256 TOKEN PHASE NODE,NODE", or an empty text.
  std::optional<RestoreMark> restore(const char* key) const {
    const Value* found = facts_.find(key);
    if (found == nullptr || !found->is_string()) refuse(std::string("lack '") + key + "', a text");
    if (found->text().empty()) return std::nullopt;
    const std::vector<std::string> words = base::split(found->text(), ' ');
    const auto phase = words.size() == 4 ? phase_named(words[2]) : std::nullopt;
    if (!phase) refuse(std::string("have a '") + key + "' that is no mark of a restore");
    return RestoreMark{words[0], words[1], *phase, base::split(words[3], ',')};
  }

  std::string digest(const char* key) const {
    const Value* found = facts_.find(key);
    const bool is_digest =
        found != nullptr && found->is_string() &&
        (found->text().empty() ||
         (found->text().size() == digits_of_sha256 &&
          found->text().find_first_not_of("0123456789abcdef") == std::string::npos));
    if (!is_digest) refuse(std::string("lack '") + key + "', a SHA-256 or an empty text");
    return found->text();
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(Kind::input, "'" + node_ + "': the facts of its part in the cluster " + what);
  }

  const std::string& node_;
  const Value& facts_;
};

}  // namespace

std::map<std::string, ListedNode> read_listed_nodes(std::string_view answer,
                                                    std::optional<std::chrono::sys_seconds> now) {
  const Value told =
      base::while_doing(std::string("reading what '") + get_nodes + "' told", {},
                        [&] { return value::read_json(base::trim(answer), get_nodes); });
  const Value& items = member(told, "items");
  if (!items.is_list()) misshapen("no list of 'items'");
  std::map<std::string, ListedNode> nodes;
  for (const Value& item : items.list()) {
    const std::string name = value::text_or(member(item, "metadata"), "name", "");
    if (name.empty()) misshapen("a node without a name");
    nodes[name] = listed_node(item, now);
  }
  return nodes;
}

NodeSight read_node(const std::string& node, const value::Value& facts) {
  const Facts read(node, facts);
  return {.answers = true,
          .kubeadm = read.version("kubeadm"),
          .kubelet = read.version("kubelet"),
          .control_plane = read.version("control_plane"),
          .has_runtime = read.flag("runtime"),
          .ca = read.digest("ca"),
          .is_preflight_passed = read.flag("preflight"),
          .is_init_complete = read.flag("init"),
          .is_upgrading = read.flag("upgrading"),
          .is_renewing = read.flag("renewing"),
          .restore = read.restore("restore"),
          .has_manifests = read.flag("manifests"),
          .has_kubelet_config = read.flag("kubelet_config"),
          .has_etcd_data = read.flag("etcd_data"),
          .etcd_process = value::integer_or(facts, "etcd_process", 0),
          .listed = {}};
}

}  // namespace provisioner::kubernetes

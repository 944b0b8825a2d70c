// registry_policy: what it asks, and whether an image answers it.

#include "provisioner/cluster/registry/vetting_policy.h"

#include <algorithm>
#include <set>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/base/utc_time.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/value/known_keys.h"
#include "provisioner/cluster/registry/image_age.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/layer_objections.h"

namespace provisioner::registry {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr const char* base_label = "org.opencontainers.image.base.name";
constexpr std::size_t day_length = 10;  // of "2027-01-31"

class Reader {
 public:
  explicit Reader(base::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  VettingPolicy read(const Value& said) {
    VettingPolicy policy;
    if (said.is_none() ||
        !value::check_keys(
            said,
            {"largest_mib", "most_days", "labels", "bases", "may_be_root", "must_be_scanned",
             "severity", "counts_unfixed", "most_database_days", "incoming_days", "waivers"},
            diagnostics_))
      return policy;
    if (const auto number = whole(said, "largest_mib"))
      policy.largest_mib = static_cast<std::uint64_t>(*number);
    policy.most_days = whole(said, "most_days");
    policy.most_database_days = whole(said, "most_database_days");
    if (const auto days = whole(said, "incoming_days")) policy.incoming_days = *days;
    policy.labels = texts(said, "labels");
    policy.bases = texts(said, "bases");
    policy.may_be_root = boolean(said, "may_be_root", true);
    policy.must_be_scanned = boolean(said, "must_be_scanned", false);
    policy.counts_unfixed = boolean(said, "counts_unfixed", true);
    take_severity(said, policy);
    if (const Value* list = list_at(said, "waivers"))
      for (const Value& entry : list->list()) take_waiver(entry, policy);
    return policy;
  }

 private:
  void add(const std::string& message, const base::Pos& pos) {
    diagnostics_.add(Error(Kind::input, message, pos));
  }

  std::optional<int> whole(const Value& said, const char* key) {
    const Value* found = said.find(key);
    if (found == nullptr || found->is_none()) return std::nullopt;
    if (found->is_integer() && found->integer() >= 0 && found->integer() < 1'000'000'000)
      return static_cast<int>(found->integer());
    add("'" + std::string(key) + "' is a whole number", found->pos());
    return std::nullopt;
  }

  bool boolean(const Value& said, const char* key, bool otherwise) {
    const Value* found = said.find(key);
    if (found == nullptr || found->is_boolean())
      return found == nullptr ? otherwise : found->boolean();
    add("'" + std::string(key) + "' is true or false", found->pos());
    return otherwise;
  }

  const Value* list_at(const Value& said, const char* key) {
    const Value* found = said.find(key);
    if (found == nullptr || found->is_list()) return found;
    add("'" + std::string(key) + "' is a list", found->pos());
    return nullptr;
  }

  std::vector<std::string> texts(const Value& said, const char* key) {
    std::vector<std::string> all;
    if (const Value* list = list_at(said, key))
      for (const Value& one : list->list()) all.push_back(value::Dict::key_text(one));
    return all;
  }

  void take_severity(const Value& said, VettingPolicy& policy) {
    const Value* found = said.find("severity");
    if (found == nullptr || found->is_none()) return;
    if (found->is_string()) policy.severity = severity_named(found->text());
    if (!policy.severity)
      add("'severity' is negligible, low, medium, high or critical", found->pos());
  }

  // One without a reason or an end is no waiver, it is a hole.
  void take_waiver(const Value& entry, VettingPolicy& policy) {
    if (!value::check_keys(entry, {"name", "image", "reason", "expires"}, diagnostics_)) return;
    const auto text = [&](const char* key) {
      const Value* found = entry.find(key);
      return found == nullptr || found->is_none() ? "" : value::Dict::key_text(*found);
    };
    Waiver waiver{text("name"), text("image"), text("reason"), text("expires")};
    if (waiver.image.empty()) waiver.image = "*";
    if (waiver.name.empty() || waiver.reason.empty() || !base::is_day(waiver.expires))
      return add("a waiver has a name, a reason, and a day in 'expires', like 2027-01-31",
                 entry.pos());
    policy.waivers.push_back(std::move(waiver));
  }

  base::Diagnostics& diagnostics_;
};

// Collects what stands against one image, less what is waived.
class Judgement {
 public:
  Judgement(const VettingPolicy& policy, const std::string& name, std::string today,
            Verdict& verdict)
      : policy_(policy), name_(name), today_(std::move(today)), verdict_(verdict) {}

  void object(const std::string& check, const std::string& text) {
    if (!told_.insert(check + text).second) return;
    for (const Waiver& waiver : policy_.waivers) {
      if (waiver.name != check || !is_like(name_, waiver.image)) continue;
      if (waiver.expires < today_) {
        verdict_.remarks.push_back("the waiver of " + check + " ran out on " + waiver.expires);
        continue;
      }
      const std::string said = check + ": " + waiver.reason + ", until " + waiver.expires;
      if (std::ranges::find(verdict_.waived, said) == verdict_.waived.end())
        verdict_.waived.push_back(said);
      return;
    }
    verdict_.objections.push_back({check, text});
  }

 private:
  const VettingPolicy& policy_;
  const std::string& name_;
  std::string today_;
  Verdict& verdict_;
  std::set<std::string> told_;
};

bool is_root(const std::string& user) {
  const std::string name = user.substr(0, user.find(':'));
  return name.empty() || name == "root" || name == "0";
}

void judge_readability(const ImagePart& part, const std::vector<BrokenLayer>& broken,
                       Judgement& judgement) {
  const std::string of = " (" + part.facts.platform + ")";
  if (!part.facts.mistake.empty())
    judgement.object(configuration_check,
                     "its configuration cannot be read: " + part.facts.mistake + of);
  for (const std::string& text : layer_objections(part, broken))
    judgement.object(layers_check, text + of);
}

void judge_structure(const VettingPolicy& policy, const ImagePart& part,
                     std::chrono::system_clock::time_point now, Judgement& judgement) {
  const ImageFacts& facts = part.facts;
  const std::string of = " (" + facts.platform + ")";
  if (!policy.may_be_root && is_root(facts.user)) judgement.object("user", "it runs as root" + of);
  for (const std::string& label : policy.labels)
    if (!facts.labels.contains(label))
      judgement.object("labels", "it has no label '" + label + "'" + of);
  const auto named = facts.labels.find(base_label);
  const std::string base = named == facts.labels.end() ? "" : named->second;
  if (!policy.bases.empty() && std::ranges::none_of(policy.bases, [&](const std::string& pattern) {
        return is_like(base, pattern);
      }))
    judgement.object(
        "base",
        (base.empty() ? "it does not say what it stands on" : "it stands on '" + base + "'") + of);
  if (policy.largest_mib && part.size() > *policy.largest_mib << 20)
    judgement.object("size", "it has " + std::to_string(part.size() >> 20) + " MiB, " +
                                 std::to_string(*policy.largest_mib) + " are the most" + of);
  if (!policy.most_days) return;
  if (const std::string text = age_objection(facts.created, *policy.most_days, now); !text.empty())
    judgement.object("age", text + of);
}

void judge_scan(const VettingPolicy& policy, const std::optional<Scan>& scan,
                std::chrono::system_clock::time_point now, Judgement& judgement) {
  if (!scan) {
    if (policy.must_be_scanned) judgement.object("scan", "it was not scanned");
    return;
  }
  if (policy.most_database_days &&
      scan->database.substr(0, day_length) <
          os::utc_day(now - std::chrono::hours(24) * *policy.most_database_days))
    judgement.object(
        "database", "the scanner's database is of " + scan->database.substr(0, day_length) +
                        ", older than " +
                        base::counted(static_cast<std::size_t>(*policy.most_database_days), "day"));
  if (!policy.severity) return;
  for (const Scan::Finding& found : scan->findings) {
    // What nobody has rated may be anything.
    const bool counts = found.severity >= *policy.severity || found.severity == Severity::unknown;
    if (!counts || (found.fixed.empty() && !policy.counts_unfixed)) continue;
    const std::string on =
        found.platforms.empty() ? "" : " (" + base::join(found.platforms, ", ") + ")";
    judgement.object(
        found.name,
        std::string(name_of(found.severity)) + ": " + found.package + " " + found.version +
            (found.fixed.empty() ? ", not mended yet" : ", mended in " + found.fixed) + on);
  }
}

}  // namespace

VettingPolicy read_vetting_policy(const Value& said, base::Diagnostics& diagnostics) {
  return Reader(diagnostics).read(said);
}

Verdict judge(const VettingPolicy& policy, const std::string& name, const PulledImage& image,
              const Examined& examined, std::chrono::system_clock::time_point now) {
  Verdict verdict;
  Judgement judgement(policy, name, os::utc_day(now), verdict);
  for (const ImagePart& part : image.parts) {
    if (part.is_attestation) continue;
    judge_readability(part, examined.broken_layers.at(part.sha256), judgement);
    judge_structure(policy, part, now, judgement);
  }
  judge_scan(policy, examined.scan, now, judgement);
  return verdict;
}

}  // namespace provisioner::registry

#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"
#include "provisioner/cluster/registry/broken_layer.h"
#include "provisioner/cluster/registry/pulled_image.h"
#include "provisioner/cluster/registry/scan.h"

namespace provisioner::registry {

// An objection that a site lives with, for a while.
struct Waiver {
  std::string name;   // "CVE-2026-1234", or of a check: "user", "size" ...
  std::string image;  // pattern of names below vetted/; "*" for all
  std::string reason;
  std::string expires;  // day, "2027-01-31": the last one on which it counts
};

// What a site asks of an image (`registry_policy`). What is not said is not asked for.
struct VettingPolicy {
  std::optional<std::uint64_t> largest_mib;  // of a platform, as it travels
  std::optional<int> most_days;              // since it was made
  std::vector<std::string> labels;           // that have to be there
  std::vector<std::string> bases;            // patterns of org.opencontainers.image.base.name
  bool may_be_root = true;
  bool must_be_scanned = false;
  std::optional<Severity> severity;  // findings of this or more stand against it
  bool counts_unfixed = true;        // also those that nobody has mended yet
  std::optional<int> most_database_days;
  int incoming_days = 30;  // how long what nobody vets has a place there
  std::vector<Waiver> waivers;
};

// Mistakes, all of them, are added to `diagnostics`.
VettingPolicy read_vetting_policy(const value::Value& said, base::Diagnostics& diagnostics);

struct Verdict {
  struct Objection {
    std::string check;  // what a waiver would name
    std::string text;
  };
  std::vector<Objection> objections;
  std::vector<std::string> waived;   // "CVE-2026-1234: REASON, until 2027-01-31"
  std::vector<std::string> remarks;  // waivers that have run out

  bool is_passed() const { return objections.empty(); }
  // Whether one of these stands against it that is not waived.
  bool has(std::string_view check) const {
    return std::ranges::any_of(objections,
                               [&](const Objection& one) { return one.check == check; });
  }
};

// What can be waived as others can, and is asked for whatever the policy says: that nodes can
// unpack the image.
constexpr const char* layers_check = "layers";
constexpr const char* configuration_check = "configuration";

// What is in an image, as far as it stands against it.
struct Examined {
  // By the digest of each part that is no attestation.
  std::map<std::string, std::vector<BrokenLayer>> broken_layers;
  std::optional<Scan> scan = {};
};

// Whether an image may be vetted under this name. Nothing is asked of attestations; every other
// part was examined.
Verdict judge(const VettingPolicy& policy, const std::string& name, const PulledImage& image,
              const Examined& examined, std::chrono::system_clock::time_point now);

}  // namespace provisioner::registry

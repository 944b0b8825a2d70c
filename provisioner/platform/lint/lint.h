#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/source.h"
#include "provisioner/base/value/value.h"

namespace provisioner::lint {

// What a values file is for. `other`: any chart, Phalanx's environments and applications among
// them; only what is wrong everywhere is looked for there.
enum class Chart : std::uint8_t {
  gen3,
  observability,
  alloy,
  faro_collector,
  cluster_level_resources,
  other
};
std::string_view name_of(Chart chart);
std::optional<Chart> chart_named(std::string_view name);
std::vector<std::string> chart_names();

// By the keys at its top, as the charts of gen3-helm have them.
Chart chart_of(const value::Value& values);

// A trap that a values file has stepped into, or has not stepped out of: what the chart does where
// the file says nothing counts, and is told where the file could say it.
struct Finding {
  std::string rule;  // "L-4"
  base::Pos pos;
  std::string because, fix;  // a sentence each
};

struct Rule {
  const char* id;
  const char* summary;
};
// One a known trap of running Gen3's charts outside of its own cloud.
const std::vector<Rule>& rules();

// In order of rules, then of places. Charts as of gen3-helm 0.3.90.
std::vector<Finding> lint(const value::Value& values, Chart chart);

// Several files as helm's `-f a -f b` takes them: dicts become one, of all else the last one
// counts, and none takes a key away.
value::Value merged(const value::Value& below, const value::Value& above);

}  // namespace provisioner::lint

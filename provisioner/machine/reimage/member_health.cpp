// What etcdctl and mmgetstate say of the member that they ran on.

#include "provisioner/machine/reimage/member_health.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::reimage {
namespace {

using value::Value;

Health dead(const std::string& because) { return {.is_alive = false, .because = because}; }

std::string shown(std::string_view text) {
  constexpr std::size_t most = 120;
  return "'" + base::escape_for_terminal(base::trim(text).substr(0, most)) + "'";
}

// "https://[fd00::1]:2379" is at fd00::1.
std::string host_of(std::string endpoint) {
  if (const std::size_t scheme = endpoint.find("://"); scheme != endpoint.npos)
    endpoint.erase(0, scheme + 3);
  if (endpoint.starts_with('[')) return endpoint.substr(1, endpoint.find(']') - 1);
  return endpoint.substr(0, endpoint.find_first_of(":/"));
}

bool is_own(const std::string& host, const std::vector<std::string>& own) {
  return host == "localhost" || host == "::1" || host.starts_with("127.") ||
         std::ranges::find(own, host) != own.end();
}

std::string first_label(const std::string& name) { return name.substr(0, name.find('.')); }

std::string percent_decoded(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    int byte = 0;
    const char* digits = text.data() + at + 1;
    const bool is_encoded = text[at] == '%' && at + 2 < text.size() &&
                            std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    plain += is_encoded ? static_cast<char>(byte) : text[at];
    if (is_encoded) at += 2;
  }
  return plain;
}

using Row = std::map<std::string, std::string>;  // by the name of the column

std::vector<Row> gpfs_rows(std::string_view answer) {
  constexpr std::size_t mark = 2, first_named = 3;  // "mmgetstate::HEADER:version:..."
  std::vector<std::string> names;
  std::vector<Row> rows;
  for (const std::string_view line : base::lines_of(answer)) {
    const std::vector<std::string> fields = base::split(std::string(base::trim(line)), ':');
    if (fields.size() <= first_named || fields[0] != "mmgetstate") continue;
    if (fields[mark] == "HEADER") {
      names = fields;
      continue;
    }
    Row row;
    for (std::size_t at = first_named; at < std::min(fields.size(), names.size()); ++at)
      row[names[at]] = percent_decoded(fields[at]);
    rows.push_back(std::move(row));
  }
  return rows;
}

// Without -a the only line is that of the node itself, whatever GPFS calls it.
const Row* own_row(const std::vector<Row>& rows, const std::vector<std::string>& own) {
  if (rows.size() == 1) return rows.data();
  const auto found = std::ranges::find_if(rows, [&](const Row& row) {
    const auto name = row.find("nodeName");
    return name != row.end() && std::ranges::any_of(own, [&](const std::string& one) {
             return one == name->second || first_label(one) == first_label(name->second);
           });
  });
  return found == rows.end() ? nullptr : &*found;
}

std::string field(const Row& row, const char* name) {
  const auto found = row.find(name);
  return found == row.end() ? "" : found->second;
}

}  // namespace

Health etcd_health(std::string_view answer, const std::vector<std::string>& own) {
  Value said;
  try {
    said = value::read_json(base::trim(answer), "etcdctl");
  } catch (const base::Error&) {
    return dead("has an etcdctl that gives no JSON: " + shown(answer));
  }
  if (!said.is_list()) return dead("has an etcdctl that gives no list of endpoints");
  Health health = dead("has no endpoint of its own among those of etcdctl");
  health.quorum = static_cast<std::int64_t>(said.list().size()) / 2 + 1;
  bool is_found = false;
  for (const Value& one : said.list()) {
    if (!one.is_dict() || !is_own(host_of(value::text_or(one, "endpoint", "")), own)) continue;
    const bool is_healthy = value::boolean_or(one, "health", false);
    health.is_alive = is_healthy && (health.is_alive || !is_found);
    is_found = true;
    if (!is_healthy)
      health.because = "has an unhealthy etcd: " + shown(value::text_or(one, "error", "no reason"));
  }
  if (health.is_alive) health.because.clear();
  return health;
}

Health gpfs_health(std::string_view answer, const std::vector<std::string>& own) {
  const std::vector<Row> rows = gpfs_rows(answer);
  if (rows.empty()) return dead("has an mmgetstate that gives no state: " + shown(answer));
  const Row* row = own_row(rows, own);
  if (row == nullptr) return dead("is not among the nodes of mmgetstate");
  Health health;
  const std::string quorum = field(*row, "quorum");  // with tiebreaker disks "1*"
  std::from_chars(quorum.data(), quorum.data() + quorum.size(), health.quorum);
  const std::string state = field(*row, "state");
  if (state != "active")
    health.because = "has GPFS in state " + shown(state);
  else if (field(*row, "remarks").find("quorum node") == std::string::npos)
    health.because = "is no quorum node of GPFS";
  else
    health.is_alive = true;
  return health;
}

}  // namespace provisioner::reimage

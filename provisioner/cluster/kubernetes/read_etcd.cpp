// What etcdctl tells.

#include "provisioner/cluster/kubernetes/read_etcd.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::kubernetes {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr const char* member_list = "etcdctl member list";
constexpr const char* endpoint_status = "etcdctl endpoint status";
constexpr const char* endpoint_health = "etcdctl endpoint health";
constexpr const char* alarm_list = "etcdctl alarm list";
constexpr std::size_t most_shown = 120;  // bytes of what somebody else wrote

[[noreturn]] void wrong_shape(const char* tool, const std::string& what) {
  throw Error(Kind::input, std::string("'") + tool + "' told " + what);
}

std::string quoted(std::string_view text) {
  return "'" + base::one_line(base::trim(text).substr(0, most_shown)) + "'";
}

Value read(const char* tool, std::string_view answer) {
  if (base::trim(answer).empty()) wrong_shape(tool, "nothing");
  return base::while_doing(std::string("reading what '") + tool + "' told", {},
                           [&] { return value::read_json(base::trim(answer), tool); });
}

// Go writes ids as numbers of 64 bits without a sign: what is too large for Value is its digits.
std::uint64_t number(const char* tool, const Value& dict, const char* key) {
  const Value* found = dict.find(key);
  if (found == nullptr) wrong_shape(tool, std::string("no '") + key + "'");
  if (found->is_integer() && found->integer() >= 0)
    return static_cast<std::uint64_t>(found->integer());
  std::uint64_t whole = 0;
  if (found->is_string()) {
    const std::string& digits = found->text();
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, whole);
    if (read.ec == std::errc() && read.ptr == end && !digits.empty()) return whole;
  }
  wrong_shape(tool, std::string("a '") + key + "' that is no number of 64 bits");
}

const Value& dict_in(const char* tool, const Value& value, const char* key) {
  const Value* found = value.find(key);
  if (found == nullptr || !found->is_dict()) wrong_shape(tool, std::string("no '") + key + "'");
  return *found;
}

// Go leaves out what is empty.
const value::List& list_in(const char* tool, const Value& value, const char* key) {
  static const value::List none;
  const Value* found = value.find(key);
  if (found == nullptr || found->is_none()) return none;
  if (!found->is_list()) wrong_shape(tool, std::string("a '") + key + "' that is no list");
  return found->list();
}

std::vector<std::string> texts_in(const char* tool, const Value& value, const char* key) {
  std::vector<std::string> texts;
  for (const Value& item : list_in(tool, value, key)) {
    if (!item.is_string()) wrong_shape(tool, std::string("a '") + key + "' that is not of texts");
    texts.push_back(item.text());
  }
  return texts;
}

EtcdMember read_member(const Value& row) {
  return {.id = MemberId{number(member_list, row, "ID")},
          .name = value::text_or(row, "name", ""),
          .peer_urls = texts_in(member_list, row, "peerURLs"),
          .client_urls = texts_in(member_list, row, "clientURLs"),
          .is_learner = value::boolean_or(row, "isLearner", false)};
}

void set_alarm(EtcdMember* member, std::string_view alarm) {
  if (member == nullptr) return;
  if (alarm == "NOSPACE") member->is_without_space = true;
  if (alarm == "CORRUPT") member->is_corrupt = true;
}

EtcdMember* find_among(std::vector<EtcdMember>& members, MemberId id) {
  const auto found = std::ranges::find(members, id, &EtcdMember::id);
  return found == members.end() ? nullptr : &*found;
}

EtcdMember* find_at(std::vector<EtcdMember>& members, const std::string& endpoint) {
  const auto found = std::ranges::find_if(members, [&](const EtcdMember& member) {
    return std::ranges::find(member.client_urls, endpoint) != member.client_urls.end();
  });
  return found == members.end() ? nullptr : &*found;
}

void set_elsewhere(EtcdMember* member, MemberId answers) {
  if (member == nullptr || member->id == answers) return;
  member->is_elsewhere = true;
  member->problem = "at its address answers " + text_of(answers) + ", a member of another cluster";
}

struct AlarmLine {
  MemberId id{};
  std::string_view alarm;
};

// "memberID:9009370488483034218 alarm:NOSPACE "; nullopt for any other line.
std::optional<AlarmLine> alarm_in(std::string_view line) {
  constexpr std::string_view begin = "memberID:", between = " alarm:";
  line = base::trim(line);
  const std::size_t middle = line.find(between);
  if (!line.starts_with(begin) || middle == std::string_view::npos) return std::nullopt;
  std::uint64_t id = 0;
  const char* const end = line.data() + middle;
  const auto read = std::from_chars(line.data() + begin.size(), end, id);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return AlarmLine{MemberId{id}, line.substr(middle + between.size())};
}

// False for a line that is none.
bool take_alarm_line(std::string_view line, std::vector<EtcdMember>& members) {
  const auto read = alarm_in(line);
  if (read) set_alarm(find_among(members, read->id), read->alarm);
  return read.has_value();
}

// nullopt: the member knows of none now.
std::optional<MemberId> leader_in(const Value& status) {
  if (status.find("leader") == nullptr) return std::nullopt;
  return MemberId{number(endpoint_status, status, "leader")};
}

// Number 1 and 2 of etcd's own enumeration.
std::string_view alarm_named(std::uint64_t number) {
  return number == 1 ? "NOSPACE" : number == 2 ? "CORRUPT" : "";
}

}  // namespace

EtcdView read_member_list(const std::string& node, std::string_view answer) {
  const Value told = read(member_list, answer);
  const Value& header = dict_in(member_list, told, "header");
  EtcdView view{.node = node,
                .cluster = EtcdClusterId{number(member_list, header, "cluster_id")},
                .teller = MemberId{number(member_list, header, "member_id")}};
  for (const Value& row : list_in(member_list, told, "members"))
    view.members.push_back(read_member(row));
  if (view.members.empty()) wrong_shape(member_list, "no 'members'");
  return view;
}

void add_endpoint_status(std::string_view answer, std::vector<EtcdMember>& members) {
  const Value told = read(endpoint_status, answer);
  if (!told.is_list()) wrong_shape(endpoint_status, "no list of endpoints");
  for (const Value& row : told.list()) {
    const Value& status = dict_in(endpoint_status, row, "Status");
    const Value& header = dict_in(endpoint_status, status, "header");
    const MemberId id{number(endpoint_status, header, "member_id")};
    set_elsewhere(find_at(members, value::text_or(row, "Endpoint", "")), id);
    EtcdMember* member = find_among(members, id);
    for (const std::string& error : texts_in(endpoint_status, status, "errors"))
      take_alarm_line(error, members);
    if (member == nullptr) continue;
    member->size = value::integer_or(status, "dbSize", 0);
    member->is_leader = leader_in(status) == id;
    if (member->is_learner) member->is_healthy = true;
  }
}

std::vector<MemberId> alarms_of_others(std::string_view answer,
                                       const std::vector<EtcdMember>& members) {
  const Value told = read(endpoint_status, answer);
  if (!told.is_list()) wrong_shape(endpoint_status, "no list of endpoints");
  std::vector<MemberId> others;
  for (const Value& row : told.list())
    for (const std::string& error :
         texts_in(endpoint_status, dict_in(endpoint_status, row, "Status"), "errors"))
      if (const auto line = alarm_in(error); line && find_member(members, line->id) == nullptr &&
                                             std::ranges::find(others, line->id) == others.end())
        others.push_back(line->id);
  return others;
}

void add_endpoint_health(std::string_view answer, std::vector<EtcdMember>& members) {
  const Value told = read(endpoint_health, answer);
  if (!told.is_list()) wrong_shape(endpoint_health, "no list of endpoints");
  for (const Value& row : told.list()) {
    const Value* endpoint = row.find("endpoint");
    const Value* health = row.find("health");
    if (endpoint == nullptr || !endpoint->is_string() || health == nullptr || !health->is_boolean())
      wrong_shape(endpoint_health, "an endpoint without 'endpoint' or 'health'");
    EtcdMember* member = find_at(members, endpoint->text());
    if (member == nullptr || member->is_learner || member->is_elsewhere) continue;
    const std::string error = value::text_or(row, "error", "");
    member->is_healthy = health->boolean() || error.starts_with("Active Alarm(s)");
    if (!member->is_healthy) member->problem = quoted(error);
  }
}

void add_alarms(std::string_view answer, std::vector<EtcdMember>& members) {
  if (base::trim(answer).starts_with('{')) {
    const Value told = read(alarm_list, answer);
    for (const Value& row : list_in(alarm_list, told, "alarms"))
      set_alarm(find_among(members, MemberId{number(alarm_list, row, "memberID")}),
                alarm_named(number(alarm_list, row, "alarm")));
    return;
  }
  for (const std::string_view line : base::lines_of(answer))
    if (!base::trim(line).empty() && !take_alarm_line(line, members))
      wrong_shape(alarm_list, "a line that is no alarm: " + quoted(line));
}

EtcdSight etcd_sight(std::vector<EtcdView> views) {
  EtcdSight sight;
  std::map<EtcdClusterId, std::size_t> counts;
  for (const EtcdView& view : views) ++counts[view.cluster];
  const auto most = std::ranges::max_element(
      views, {}, [&](const EtcdView& view) { return counts[view.cluster]; });
  if (most != views.end()) sight.members = most->members;
  sight.views = std::move(views);
  return sight;
}

}  // namespace provisioner::kubernetes

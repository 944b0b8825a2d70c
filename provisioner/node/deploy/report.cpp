// The chain of reports and tokens.
#include "provisioner/node/deploy/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/fetch/rack_share.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;
using fetch::HttpClient;
using fetch::RackShare;

constexpr std::size_t most_bytes = 8 << 20;  // an order holds whole files
constexpr std::size_t most_words = 300;      // of a text of the server's on our console
constexpr std::chrono::seconds between{2};

constexpr std::array<std::pair<std::string_view, Action>, 6> actions = {
    {{"write", Action::write},
     {"wait", Action::wait},
     {"go on", Action::go_on},
     {"serve", Action::serve},
     {"reboot", Action::reboot},
     {"power off", Action::power_off}}};

std::optional<Action> action_named(std::string_view name) {
  for (const auto& [word, action] : actions)
    if (word == name) return action;
  return std::nullopt;
}

value::Value body_of(const HttpClient::Answer& answer, const std::string& stage) {
  try {
    value::Value body = value::read_json(answer.body, "the answer to '" + stage + "'");
    if (body.is_dict()) return body;
  } catch (const Error&) {
    // Said below, without what may be anything at all.
  }
  throw Error(Kind::unreachable, fmt::format("the answer to '{}' is no JSON object", stage));
}

std::string text_in(const value::Value& body, std::string_view key) {
  const value::Value* found = body.find(key);
  return found != nullptr && found->is_string() ? found->text() : "";
}

// Why the server says no, where it says that.
std::string because(const HttpClient::Answer& answer, const std::string& stage) {
  try {
    const std::string why = text_in(body_of(answer, stage), "because");
    return base::escape_for_terminal(why.substr(0, most_words));
  } catch (const Error&) {
    return "";
  }
}

void require_accepted(const HttpClient::Answer& answer, const std::string& stage) {
  if (answer.status == 200) return;
  const std::string why = because(answer, stage);
  const std::string more = why.empty() ? "" : ": " + why;
  if (answer.status == 403)
    throw Error(Kind::refused, fmt::format("the boot service refuses '{}'{}", stage, more))
        .set_hint("a token is good for one report; see: provisioner node log");
  if (answer.status == 409)
    throw Error(Kind::refused, fmt::format("the boot service has no order{}", more));
  throw Error(Kind::unreachable,
              fmt::format("the boot service answers '{}' with {}{}", stage, answer.status, more));
}

}  // namespace

Reporter::Reporter(HttpClient& client, base::Secret first_token, RackShare* rack)
    : client_(client), token_(std::move(first_token)), rack_(rack) {}

Answer Reporter::report(const std::string& stage, const value::Dict& said) {
  if (token_.is_empty())
    throw Error(Kind::refused, fmt::format("there is no token left to report '{}' with", stage));
  const base::Secret token = std::exchange(token_, base::Secret());
  value::Dict all = said;
  if (rack_ != nullptr) rack_->add_to(all);
  const HttpClient::Answer answer =
      client_.post("/report/" + stage, value::write_json(all), token, most_bytes);
  require_accepted(answer, stage);
  const value::Value body = body_of(answer, stage);
  const std::string word = text_in(body, "action");
  const auto action = action_named(word);
  if (!action)
    throw Error(Kind::unreachable,
                fmt::format("the answer to '{}' has the unknown action '{}'", stage,
                            base::escape_for_terminal(word.substr(0, most_words))));
  // The last answer of a chain gives none.
  if (std::string next = text_in(body, "token"); !next.empty())
    token_ = base::Secret(std::move(next));
  if (rack_ != nullptr) rack_->heed(body);
  return {*action, body};
}

void Progress::tell(const std::string& step, std::uint64_t done, std::uint64_t of) {
  const bool is_edge = step != step_ || done == of;
  if (!is_edge && clock_.now() - told_ < between) return;
  if (is_edge) say_(fmt::format("{}: {} of {}", step, done, of));
  step_ = step;
  told_ = clock_.now();
  const Answer answer = reporter_.report("writing", {{"step", step},
                                                     {"done", static_cast<std::int64_t>(done)},
                                                     {"of", static_cast<std::int64_t>(of)}});
  if (answer.action != Action::go_on)
    throw Error(Kind::refused, fmt::format("the boot service ended the step '{}'", step));
}

}  // namespace provisioner::deploy

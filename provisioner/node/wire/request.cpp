// Requests as values.

#include "provisioner/node/wire/request.h"

#include "provisioner/base/base/error.h"

namespace provisioner::wire {

using value::Dict;
using value::List;
using value::Value;

namespace {

List texts(const std::vector<std::string>& words) { return {words.begin(), words.end()}; }

std::vector<std::string> words_of(const Value& dict, std::string_view key) {
  std::vector<std::string> words;
  const Value* list = dict.find(key);
  if (list == nullptr || !list->is_list()) return words;
  for (const Value& word : list->list())
    if (word.is_string()) words.push_back(word.text());
  return words;
}

}  // namespace

// The password is in here: the value goes into the session's frame and nowhere else.
Value to_value(const Request& request) {
  Dict dict{{"module", request.module}, {"arguments", request.arguments}};
  if (request.check) dict.set("check", true);
  if (request.diff) dict.set("diff", true);
  if (request.become.is_wanted())
    dict.set("become", Dict{{"user", request.become.user},
                            {"method", request.become.method},
                            {"flags", texts(request.become.flags)},
                            {"executable", request.become.executable},
                            {"password", request.become.password.reveal()}});
  if (!request.environment.empty()) {
    Dict environment;
    for (const auto& [name, value] : request.environment) environment.set(name, value);
    dict.set("environment", std::move(environment));
  }
  if (!request.blobs.empty()) dict.set("blobs", texts(request.blobs));
  if (request.deadline.count() > 0)
    dict.set("deadline", static_cast<std::int64_t>(request.deadline.count()));
  if (request.fence != 0) dict.set("fence", static_cast<std::int64_t>(request.fence));
  if (!request.authority.empty()) dict.set("authority", request.authority);
  return Value(std::move(dict));
}

Request request_from(const Value& value) {
  Request request;
  request.module = value::text_or(value, "module", "");
  const Value* arguments = value.find("arguments");
  if (request.module.empty() || arguments == nullptr)
    throw base::Error(base::Kind::input, "a request does not have the shape that was agreed");
  request.arguments = *arguments;
  request.check = value::boolean_or(value, "check", false);
  request.diff = value::boolean_or(value, "diff", false);
  if (const Value* become = value.find("become")) {
    request.become.user = value::text_or(*become, "user", "");
    request.become.method = value::text_or(*become, "method", "sudo");
    request.become.flags = words_of(*become, "flags");
    request.become.executable = value::text_or(*become, "executable", "");
    if (const std::string password = value::text_or(*become, "password", ""); !password.empty())
      request.become.password = base::Secret(password);
  }
  if (const Value* environment = value.find("environment");
      environment != nullptr && environment->is_dict())
    for (const auto& [name, text] : environment->dict())
      request.environment.emplace_back(Dict::key_text(name), Dict::key_text(text));
  request.blobs = words_of(value, "blobs");
  request.deadline = std::chrono::milliseconds(value::integer_or(value, "deadline", 0));
  request.fence = static_cast<std::uint64_t>(value::integer_or(value, "fence", 0));
  request.authority = value::text_or(value, "authority", "");
  return request;
}

}  // namespace provisioner::wire

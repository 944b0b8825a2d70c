// get_url: a file of a web server, to the node. The node's own curl fetches it: the agent speaks no
// TLS, and what is large should not come by way of the controller.

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using modules::Type;
using value::Dict;
using value::List;
using value::Value;

// "sha256:HEX", as the user gave it.
struct Checksum {
  std::string algorithm, digits;
};

// Nullopt for what is none, a checksum at a URL among it.
std::optional<Checksum> read_checksum(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  Checksum checksum{base::lower_case(text.substr(0, colon)),
                    base::lower_case(base::trim(text.substr(colon + 1)))};
  const bool is_hex = !checksum.digits.empty() &&
                      checksum.digits.find_first_not_of("0123456789abcdef") == std::string::npos;
  static constexpr std::string_view known[] = {"md5",    "sha1",   "sha224",
                                               "sha256", "sha384", "sha512"};
  const bool is_known = std::ranges::find(known, checksum.algorithm) != std::end(known);
  return is_hex && is_known ? std::optional(checksum) : std::nullopt;
}

// The last part of the URL's path, as Ansible names a file in a folder.
std::string file_name_of(const std::string& url) {
  std::string path = url.substr(0, url.find_first_of("?#"));
  path = path.substr(std::min(path.size(), path.find("://") + 3));
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? "" : path.substr(slash + 1);
  return name.empty() ? "index.html" : name;
}

CallModule look_at(const std::string& path, const std::string& algorithm) {
  CallModule call{"stat",
                  Dict{{"path", Value(path)}, {"follow", true}, {"checksum_algorithm", algorithm}}};
  call.even_in_check_mode = true;
  return call;
}

// A word in curl's configuration (curl(1), --config).
std::string quoted(const std::string& text) {
  return "\"" + base::replace_all(base::replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

// On curl's standard input: neither passwords nor headers are seen in the node's list of processes.
std::string curl_orders(const modules::Arguments& arguments, const std::string& into) {
  std::string text = "url = " + quoted(arguments.text("url")) + "\noutput = " + quoted(into) + "\n";
  if (arguments.has("url_username"))
    text +=
        "user = " + quoted(arguments.text("url_username") + ":" + arguments.text("url_password")) +
        "\n";
  if (const Value& headers = arguments.raw("headers"); headers.is_dict())
    for (const auto& [name, value] : headers.dict())
      text += "header = " + quoted(Dict::key_text(name) + ": " + Dict::key_text(value)) + "\n";
  if (!arguments.boolean("validate_certs")) text += "insecure\n";
  if (!arguments.boolean("use_proxy")) text += "noproxy = \"*\"\n";
  return text + "user-agent = " + quoted(arguments.text("http_agent")) + "\n";
}

// `timeout` is for an answer to begin, as in Ansible; a transfer that stands still for as long
// ends.
CallModule download(const modules::Arguments& arguments, const std::string& into) {
  const std::string timeout =
      std::to_string(std::max<std::int64_t>(1, arguments.integer("timeout")));
  List argv;
  for (const std::string& word :
       {std::string("curl"), std::string("--fail"), std::string("--silent"),
        std::string("--show-error"), std::string("--location"), std::string("--connect-timeout"),
        timeout, std::string("--speed-limit"), std::string("1"), std::string("--speed-time"),
        timeout, std::string("--config"), std::string("-")})
    argv.emplace_back(word);
  return {"command", Dict{{"argv", std::move(argv)},
                          {"stdin", Value(curl_orders(arguments, into))},
                          {"stdin_add_newline", false}}};
}

CallModule remove(const std::string& path) {
  return {"file", Dict{{"path", Value(path)}, {"state", "absent"}}};
}

// Owner, mode and the like, for the file and for what replaces it.
Dict file_options(const Dict& arguments) {
  Dict kept;
  for (const char* name : {"mode", "owner", "group", "attributes", "unsafe_writes"})
    if (const Value* given = arguments.find(name); given != nullptr && !given->is_none())
      kept.set(name, *given);
  return kept;
}

class Download {
 public:
  explicit Download(Context& context) : context_(context), arguments_(context.arguments) {}

  Steps<Result> run() {
    if (arguments_.has("checksum") && !arguments_.text("checksum").empty()) {
      checksum_ = read_checksum(arguments_.text("checksum"));
      if (!checksum_)
        co_return failed("The checksum parameter has to be in format <algorithm>:<checksum>");
    }
    dest_ = arguments_.text("dest");
    if (const std::string wrong = unspeakable(); !wrong.empty())
      co_return failed("'" + wrong + "' holds a line break or another control character");
    Steps<Value> looking = look();
    const Value there = co_await std::move(looking);
    const bool exists = value::boolean_or(there, "exists", false);
    if (exists && !arguments_.boolean("force") && is_right(there)) {
      Steps<Result> ending = leave_as_it_is();
      Result result = co_await std::move(ending);
      co_return result;
    }
    if (context_.check) co_return changed(told({}));
    Steps<Result> fetching = fetch();
    Result result = co_await std::move(fetching);
    co_return result;
  }

 private:
  // Curl reads its orders by lines: what breaks one would be an order more. Its name, or "".
  std::string unspeakable() const {
    const auto is_wrong = [](const std::string& text) {
      return std::ranges::any_of(
          text, [](char letter) { return static_cast<unsigned char>(letter) < ' '; });
    };
    for (const char* name : {"url", "dest", "url_username", "url_password", "http_agent"})
      if (is_wrong(arguments_.text(name))) return name;
    if (const Value& headers = arguments_.raw("headers"); headers.is_dict())
      for (const auto& [name, value] : headers.dict())
        if (is_wrong(Dict::key_text(name)) || is_wrong(Dict::key_text(value))) return "headers";
    return {};
  }

  std::string algorithm() const { return checksum_ ? checksum_->algorithm : "sha1"; }

  bool is_right(const Value& stat) const {
    return !checksum_ || value::text_or(stat, "checksum", "") == checksum_->digits;
  }

  // What is at the destination now; a folder means a file in it.
  Steps<Value> look() {
    for (int round = 0; round < 2; ++round) {
      CallModule call = look_at(dest_, algorithm());
      Reply reply = co_await std::move(call);
      const Value* stat = reply.outcome.result.find("stat");
      if (stat == nullptr) break;
      if (!value::boolean_or(*stat, "isdir", false)) co_return *stat;
      dest_ += (dest_.ends_with('/') ? "" : "/") + file_name_of(arguments_.text("url"));
    }
    co_return Value(Dict{});
  }

  Steps<Result> leave_as_it_is() {
    Dict options = file_options(context_.arguments);
    options.set("path", dest_);
    CallModule call{"file", std::move(options)};
    Reply reply = co_await std::move(call);
    const bool is_wrong = has_failed(reply);
    Result result = from_reply(std::move(reply));
    if (is_wrong) co_return result;
    result.outcome.result.set("msg", "file already exists");
    for (const auto& [name, said] : told({})) result.outcome.result.set(name, said);
    co_return result;
  }

  Steps<Result> fetch() {
    const std::string folder = dest_.substr(0, dest_.rfind('/') + 1);
    const std::string partial = folder + ".provisioner-get-" + crypto::random_token();
    // Nobody else may read it before it has its owner and mode.
    CallModule making{"copy", Dict{{"content", ""}, {"dest", Value(partial)}, {"mode", "0600"}}};
    Reply made = co_await std::move(making);
    if (has_failed(made)) co_return from_reply(std::move(made));
    CallModule getting = download(arguments_, partial);
    Reply got = co_await std::move(getting);
    Result result = failed("");
    if (has_failed(got)) {
      const Value whole(got.outcome.result);
      result = failed(
          "Request failed: " + value::text_or(whole, "stderr", value::text_or(whole, "msg", "")),
          told({}));
    } else {
      Steps<Result> placing = place(partial);
      result = co_await std::move(placing);
    }
    CallModule removal = remove(partial);
    Reply removed = co_await std::move(removal);
    co_return result;
  }

  // From its temporary name to its own, where it is what it should be.
  Steps<Result> place(const std::string& partial) {
    CallModule looking = look_at(partial, algorithm());
    Reply looked = co_await std::move(looking);
    const Value* stat = looked.outcome.result.find("stat");
    const std::string digits = stat == nullptr ? "" : value::text_or(*stat, "checksum", "");
    if (checksum_ && digits != checksum_->digits)
      co_return failed("The checksum for " + dest_ + " did not match " + checksum_->digits +
                           "; it was " + digits + ".",
                       told({}));
    Dict options = file_options(context_.arguments);
    options.set("src", partial);
    options.set("dest", dest_);
    options.set("remote_src", true);
    options.set("backup", arguments_.boolean("backup"));
    CallModule copying{"copy", std::move(options)};
    Reply copied = co_await std::move(copying);
    const bool is_wrong = has_failed(copied);
    Result result = from_reply(std::move(copied));
    if (is_wrong) co_return result;
    const std::int64_t size = stat == nullptr ? 0 : value::integer_or(*stat, "size", 0);
    result.outcome.result.set("msg", "OK (" + std::to_string(size) + " bytes)");
    for (const auto& [name, said] : told({{"status_code", 200}}))
      result.outcome.result.set(name, said);
    co_return result;
  }

  Dict told(Dict said) const {
    said.set("url", arguments_.text("url"));
    said.set("dest", dest_);
    return said;
  }

  Context& context_;
  modules::Arguments arguments_;
  std::optional<Checksum> checksum_;
  std::string dest_;
};

Steps<Result> run(Context& context) {
  Download download(context);
  Steps<Result> running = download.run();
  Result result = co_await std::move(running);
  result.outcome.result.set("invocation", invocation(context.spec, context.arguments));
  co_return result;
}

}  // namespace

extern const Action get_url_action{
    .spec = {.name = "get_url",
             .summary = "fetches a file from a web server to the node, with the node's curl",
             .parameters = {{.name = "url", .required = true},
                            {.name = "dest", .type = Type::path, .required = true},
                            {.name = "checksum", .fallback = ""},
                            {.name = "backup", .type = Type::boolean, .fallback = "no"},
                            {.name = "force", .type = Type::boolean, .fallback = "no"},
                            {.name = "headers", .type = Type::dict, .secret = true},
                            {.name = "timeout", .type = Type::integer, .fallback = "10"},
                            {.name = "url_username", .aliases = {"username"}},
                            {.name = "url_password", .aliases = {"password"}, .secret = true},
                            {.name = "force_basic_auth", .type = Type::boolean, .fallback = "no"},
                            {.name = "http_agent", .fallback = "ansible-httpget"},
                            {.name = "use_proxy", .type = Type::boolean, .fallback = "yes"},
                            {.name = "validate_certs", .type = Type::boolean, .fallback = "yes"}},
             .common_file_options = true},
    .run = run};

}  // namespace provisioner::action

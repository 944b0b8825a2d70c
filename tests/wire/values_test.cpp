// Requests and outcomes as values, there and back.

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/wire/plan.h"
#include "provisioner/node/wire/request.h"

namespace provisioner::wire {
namespace {

using value::Dict;
using value::List;
using value::Value;

Request whole_request() {
  Request request;
  request.module = "copy";
  request.arguments = Value(Dict{{"dest", "/etc/motd"}, {"mode", std::int64_t{0644}}});
  request.check = request.diff = true;
  request.become = {"root", "su", {"-l"}, "/bin/su", base::Secret("password")};
  request.environment = {{"LANG", "C"}, {"EMPTY", ""}};
  request.blobs = {"abcd"};
  request.deadline = std::chrono::milliseconds(1500);
  request.fence = 7;
  request.authority = "ctl1";
  return request;
}

Value travelled(const Value& value) { return value::read_cbor(value::write_cbor(value)); }

TEST(RequestValue, ComesBackAsItWas) {
  const Request request = whole_request();

  const Request back = request_from(travelled(to_value(request)));

  EXPECT_EQ(back.module, "copy");
  EXPECT_EQ(back.arguments, request.arguments);
  EXPECT_TRUE(back.check && back.diff);
  EXPECT_EQ(back.become.user, "root");
  EXPECT_EQ(back.become.method, "su");
  EXPECT_EQ(back.become.flags, request.become.flags);
  EXPECT_EQ(back.become.executable, "/bin/su");
  EXPECT_EQ(back.become.password.reveal(), "password");
  EXPECT_EQ(back.environment, request.environment);
  EXPECT_EQ(back.blobs, request.blobs);
  EXPECT_EQ(back.deadline, request.deadline);
  EXPECT_EQ(back.fence, 7U);
  EXPECT_EQ(back.authority, "ctl1");
}

TEST(RequestValue, OfLittleIsLittle) {
  Request request;
  request.module = "ping";
  request.arguments = Value(Dict{});

  EXPECT_EQ(value::write_json(to_value(request)), R"({"module": "ping", "arguments": {}})");
}

TEST(RequestValue, WithoutModuleOrArgumentsIsRefused) {
  EXPECT_THROW(request_from(Value(Dict{{"module", "ping"}})), base::Error);
  EXPECT_THROW(request_from(Value(Dict{{"arguments", Dict{}}})), base::Error);
  EXPECT_THROW(request_from(Value("ping")), base::Error);
}

TEST(OutcomeValue, ComesBackAsItWas) {
  Outcome outcome;
  outcome.ending = Ending::changed;
  outcome.result = Dict{{"msg", "done"}, {"list", List{std::int64_t{1}, true, Value()}}};
  outcome.differences = {{"before: /a", "after: /a", "old\n", "new\n", false}};

  const Outcome back = outcome_from(travelled(to_value(outcome)));

  EXPECT_EQ(back.ending, Ending::changed);
  EXPECT_EQ(Value(back.result), Value(outcome.result));
  ASSERT_EQ(back.differences.size(), 1U);
  EXPECT_EQ(back.differences.front().after_header, "after: /a");
  EXPECT_EQ(back.differences.front().before, "old\n");
}

TEST(OutcomeValue, OfAnotherShapeIsRefused) {
  EXPECT_THROW(outcome_from(Value(Dict{{"ending", "fine"}, {"result", Dict{}}})), base::Error);
  EXPECT_THROW(outcome_from(Value(Dict{{"ending", "ok"}})), base::Error);
  EXPECT_THROW(outcome_from(Value(Dict{{"ending", "ok"}, {"result", List{}}})), base::Error);
  EXPECT_THROW(outcome_from(Value("ok")), base::Error);
}

TEST(OutcomeValue, ThatIsCutShortIsRefused) {
  Outcome outcome;
  outcome.result = Dict{{"msg", "a message"}};
  const std::string bytes = value::write_cbor(to_value(outcome));

  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW(outcome_from(value::read_cbor(bytes.substr(0, length))), base::Error) << length;
}

}  // namespace
}  // namespace provisioner::wire

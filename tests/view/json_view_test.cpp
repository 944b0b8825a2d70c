// Events for programs.

#include "provisioner/front/view/json_view.h"

#include <gtest/gtest.h>

#include "captured.h"
#include "read_events.h"

namespace provisioner::view {
namespace {

std::string printed(const store::Event& event) {
  Captured out;
  Terminal terminal(out.descriptor());
  JsonView(terminal).take(event);
  return out.text();
}

TEST(JsonView, PrintsAnEventOnOneLine) {
  store::Event event;
  event.sequence = 7;
  event.kind = store::EventKind::host_finished;
  event.host = "n01";
  event.task = "0.0.3";
  event.data =
      value::Value(value::Dict{{"status", "ok"}, {"result", value::Dict{{"msg", "a\nb"}}}});
  event.sealed = "never shown";
  EXPECT_EQ(
      printed(event),
      R"({"sequence": 7, "time": "1970-01-01T00:00:00.000Z", "event": "host_finished", )"
      R"("host": "n01", "task": "0.0.3", "data": {"status": "ok", "result": {"msg": "a\nb"}}})"
      "\n");
}

TEST(JsonView, LeavesOutHostAndTaskWhereThereAreNone) {
  store::Event event;
  event.sequence = 1;
  event.kind = store::EventKind::warning;
  event.data = value::Value(value::Dict{{"text", "\033é"}});
  EXPECT_EQ(printed(event),
            R"({"sequence": 1, "time": "1970-01-01T00:00:00.000Z", "event": "warning", )"
            R"("data": {"text": "\u001b\u00e9"}})"
            "\n");
}

}  // namespace
}  // namespace provisioner::view

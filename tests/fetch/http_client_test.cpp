#include "provisioner/node/fetch/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <optional>

#include "provisioner/base/base/error.h"
#include "tests/support/small_server.h"

namespace provisioner::fetch {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// Time that passes only in pauses.
struct PausedClock : os::Clock {
  os::Instant now() const override { return os::Instant(passed); }
  std::chrono::system_clock::time_point wall() const override { return {}; }
  milliseconds passed{0};
};

class HttpClients : public testing::Test {
 protected:
  HttpClient client_of(const std::string& url) {
    HttpClient::Settings settings{.clock = clock};
    settings.patience = std::chrono::minutes(10);
    settings.silence = milliseconds(500);
    settings.pause = [this](milliseconds time) {
      pauses.push_back(time);
      clock.passed += time;
      if (in_pause) in_pause();
    };
    return HttpClient(url, settings);
  }

  template <class Call>
  std::string failure_of(Call call) {
    try {
      call();
    } catch (const base::Error& error) {
      return error.message();
    }
    return "no failure";
  }

  PausedClock clock;
  std::vector<milliseconds> pauses;
  std::function<void()> in_pause;
  const base::Secret token{"a-token-of-this-test"};
};

TEST_F(HttpClients, KeepTheirConnectionBetweenGets) {
  std::vector<int> connections;
  SmallServer server([&](const SmallServer::Call& call) {
    connections.push_back(call.connection);
    return SmallServer::ok("body of " + call.path);
  });
  HttpClient client = client_of(server.url());
  EXPECT_EQ(client.get("/files/a", 100).body, "body of /files/a");
  EXPECT_EQ(client.get("/files/b", 100).body, "body of /files/b");
  EXPECT_EQ(connections, (std::vector<int>{1, 1}));
}

TEST_F(HttpClients, PostWithATokenAndAnswerWhateverTheStatus) {
  SmallServer server([](const SmallServer::Call& call) {
    return SmallServer::answer(403, call.method + " " + call.token + " " + call.body);
  });
  const HttpClient::Answer answer =
      client_of(server.url()).post("/report/booted", "{}", token, 100);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.body, "POST a-token-of-this-test {}");
}

TEST_F(HttpClients, ReadChunkedAnswersAndThoseThatEndWithTheConnection) {
  SmallServer server([](const SmallServer::Call& call) -> std::string {
    if (call.path == "/chunked")
      return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
             "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end";
  });
  HttpClient client = client_of(server.url());
  EXPECT_EQ(client.get("/chunked", 100).body, "abcde");
  EXPECT_EQ(client.get("/closed", 100).body, "to the end");
}

TEST_F(HttpClients, WaitForAServerThatIsAwayForAMinute) {
  std::optional<SmallServer> server(std::in_place,
                                    [](const SmallServer::Call&) { return std::string(); });
  const std::uint16_t port = server->port();
  HttpClient client = client_of(server->url());
  server.reset();
  in_pause = [&] {
    if (clock.passed >= std::chrono::minutes(1) && !server)
      server.emplace([](const SmallServer::Call&) { return SmallServer::ok("back"); }, port);
  };
  EXPECT_EQ(client.get("/files/a", 100).body, "back");
  EXPECT_EQ(pauses.front(), milliseconds(250));
  EXPECT_EQ(*std::ranges::max_element(pauses), milliseconds(8000));
}

TEST_F(HttpClients, GiveUpAtTheEndOfTheirPatience) {
  const std::string url = SmallServer([](const SmallServer::Call&) { return ""; }).url();
  EXPECT_THAT(failure_of([&] { client_of(url).get("/files/a", 100); }),
              HasSubstr("cannot reach '127.0.0.1:"));
  EXPECT_LE(clock.passed, std::chrono::minutes(10));
  EXPECT_GE(clock.passed, std::chrono::minutes(9));
}

TEST_F(HttpClients, GetAgainWhatWasCutOffOrAnswered5xx) {
  int calls = 0;
  SmallServer server([&](const SmallServer::Call&) -> std::string {
    ++calls;
    if (calls == 1) return "";
    if (calls == 2) return "HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhalf";
    if (calls == 3) return SmallServer::answer(503, "");
    return SmallServer::ok("whole");
  });
  EXPECT_EQ(client_of(server.url()).get("/files/a", 100).body, "whole");
  EXPECT_EQ(calls, 4);
}

TEST_F(HttpClients, NeverSendAPostTwice) {
  int calls = 0;
  SmallServer server([&](const SmallServer::Call&) {
    ++calls;
    return "";
  });
  HttpClient client = client_of(server.url());
  EXPECT_NE(failure_of([&] { client.post("/report/booted", "{}", token, 100); }), "no failure");
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(pauses.empty());
}

TEST_F(HttpClients, PostOverAConnectionOfItsOwn) {
  std::vector<int> connections;
  SmallServer server([&](const SmallServer::Call& call) {
    connections.push_back(call.connection);
    return SmallServer::ok("{}");
  });
  HttpClient client = client_of(server.url());
  client.get("/files/a", 100);
  client.post("/report/booted", "{}", token, 100);
  EXPECT_EQ(connections, (std::vector<int>{1, 2}));
}

TEST_F(HttpClients, RefuseALargerBodyThanIsExpected) {
  SmallServer server([](const SmallServer::Call&) {
    return SmallServer::ok(std::string(101, 'x'));
  });
  EXPECT_EQ(failure_of([&] { client_of(server.url()).get("/files/a", 100); }),
            "the server's answer is larger than it may be");
}

TEST_F(HttpClients, RefuseAHeaderOfAChunkThatDoesNotEnd) {
  SmallServer server([](const SmallServer::Call&) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + std::string(64 << 10, 'x');
  });
  EXPECT_EQ(
      failure_of([&] { client_of(server.url()).post("/report/booted", "{}", token, 1 << 20); }),
      "the server's answer cannot be read: header limit exceeded");
}

TEST_F(HttpClients, DropAServerThatSaysNothing) {
  std::promise<void> heard;
  std::future<void> end = heard.get_future();
  SmallServer server([&](const SmallServer::Call&) {
    end.wait();
    return SmallServer::ok("late");
  });
  const std::string said =
      failure_of([&] { client_of(server.url()).post("/report/booted", "{}", token, 100); });
  heard.set_value();
  EXPECT_THAT(said, HasSubstr("Connection timed out"));
}

TEST_F(HttpClients, TakeOnlyNumericAddresses) {
  for (const char* url : {"https://192.0.2.1", "http://boot.example:80", "http://192.0.2.1:0",
                          "http://192.0.2.1:80x", "http://[2001:db8::1", "192.0.2.1"})
    EXPECT_EQ(failure_of([&] { HttpClient client{std::string(url)}; }),
              "'" + std::string(url) + "' is not http://ADDRESS:PORT with a numeric address");
  EXPECT_EQ(failure_of([] { HttpClient client{std::string("http://[2001:db8::1]:8080/")}; }),
            "no failure");
}

}  // namespace
}  // namespace provisioner::fetch

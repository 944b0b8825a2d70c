#include "provisioner/node/fetch/chunk_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/node/fetch/connection.h"
#include "provisioner/node/fetch/http_client.h"

namespace provisioner::fetch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

class ChunkServing : public testing::Test {
 protected:
  std::string keep(const std::string& bytes) {
    const std::string digest = crypto::sha256(bytes);
    EXPECT_TRUE(shelf.keep(digest, bytes));
    return "/files/" + digest;
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server.port()); }
  Connection connected() { return Connection::open(endpoint_of(url()), seconds(5)); }
  static std::string request(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n";
  }
  // All that comes until the server ends the connection.
  static std::string rest_of(Connection& connection) {
    std::string all;
    while (true) {
      const std::string_view bytes = connection.read(seconds(5));
      if (bytes.empty()) return all;
      all += bytes;
    }
  }

  ChunkShelf shelf{64 << 20};
  ChunkServer server{{.address = "127.0.0.1",
                      .most_connections = 4,
                      .most_sending = 2,
                      .patience = milliseconds(700),
                      .wait = milliseconds(200)},
                     shelf};
};

TEST_F(ChunkServing, GivesOutWhatIsOnTheShelfAlone) {
  const std::string path = keep(std::string(9 << 20, 'x'));
  HttpClient client(url());
  EXPECT_EQ(client.get(path, 9 << 20).body, std::string(9 << 20, 'x'));
  EXPECT_EQ(client.get("/files/" + std::string(64, '0'), 100).status, 404);
  EXPECT_EQ(client.get("/files/../etc/passwd", 100).status, 404);
  EXPECT_EQ(server.bytes_sent(), 9u << 20);
}

TEST_F(ChunkServing, GivesWhatCameAfterItBegan) {
  HttpClient client(url());
  const std::string path = "/files/" + crypto::sha256("late");
  EXPECT_EQ(client.get(path, 100).status, 404);
  keep("late");
  EXPECT_EQ(client.get(path, 100).body, "late");
}

TEST_F(ChunkServing, HasWhoAsksForWhatIsExpectedWaitForIt) {
  const std::string path = "/files/" + crypto::sha256("soon");
  shelf.expect(crypto::sha256("soon"));
  Connection connection = connected();
  connection.write(request(path), seconds(5));
  EXPECT_EQ(HttpClient(url()).get("/files/" + std::string(64, '0'), 100).status, 404);
  keep("soon");
  EXPECT_THAT(std::string(connection.read(seconds(5))), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ChunkServing, SaysThatItIsNotThereWhereWhatIsExpectedDoesNotCome) {
  const std::string path = "/files/" + crypto::sha256("never");
  shelf.expect(crypto::sha256("never"));
  EXPECT_EQ(HttpClient(url()).get(path, 100).status, 404);
  Connection connection = connected();
  connection.write(request(path), seconds(5));
  shelf.expect(crypto::sha256("another"));
  EXPECT_THAT(std::string(connection.read(seconds(5))), StartsWith("HTTP/1.1 404"));
}

TEST_F(ChunkServing, AnswersRequestsThatCameTogetherInTheirOrder) {
  Connection connection = connected();
  connection.write(request(keep("one")) + request(keep("two")) +
                       "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
                   seconds(5));
  const std::string all = rest_of(connection);
  EXPECT_THAT(all, StartsWith("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noneHTTP/1.1 200 OK"));
  EXPECT_THAT(all, HasSubstr("\r\n\r\ntwoHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"));
}

TEST_F(ChunkServing, EndsWhatIsNoRequestForAFile) {
  for (const char* text : {"DELETE / HTTP/1.1\r\n\r\n", "\x16\x03\x01 what is this\r\n\r\n"}) {
    Connection connection = connected();
    connection.write(text, seconds(5));
    EXPECT_THAT(rest_of(connection), StartsWith("HTTP/1.1 40")) << text;
  }
}

TEST_F(ChunkServing, EndsARequestThatDoesNotEnd) {
  Connection connection = connected();
  connection.write("GET /" + std::string(9000, 'a'), seconds(5));
  try {
    EXPECT_EQ(rest_of(connection), "");
  } catch (const base::Error&) {
    // The kernel may say that the other end has closed with something unread.
  }
  EXPECT_EQ(HttpClient(url()).get(keep("still"), 100).body, "still");
}

TEST_F(ChunkServing, EndsWhoIsSilentAmidARequest) {
  Connection connection = connected();
  connection.write("GET /fi", seconds(5));
  EXPECT_EQ(rest_of(connection), "");
}

// Whoever reads nothing takes up one of few places, but not for long.
TEST_F(ChunkServing, SendsToFewAtOnceAndTellsTheOthersSo) {
  const std::string path = keep(std::string(32 << 20, 'x'));
  std::vector<Connection> idle;
  for (int i = 0; i < 2; ++i) {
    idle.push_back(connected());
    idle.back().write(request(path), seconds(5));
    EXPECT_THAT(std::string(idle.back().read(seconds(5))), StartsWith("HTTP/1.1 200 OK"));
  }
  EXPECT_EQ(HttpClient(url()).get(path, 100).status, 429);
  // The server's patience with one that came later is over: so it is with them.
  Connection later = connected();
  EXPECT_EQ(rest_of(later), "");
  EXPECT_EQ(HttpClient(url()).get(path, 32 << 20).status, 200);
}

TEST_F(ChunkServing, LetsMoreConnectionsWaitThanItTakes) {
  const std::string path = keep("for all");
  std::vector<Connection> all;
  for (int i = 0; i < 6; ++i) all.push_back(connected());
  all.back().write(request(path), seconds(5));
  EXPECT_THAT(rest_of(all.back()), HasSubstr("for all"));
}

TEST(ChunkServer, SaysWhereItCannotServe) {
  const ChunkShelf shelf(0);
  try {
    const ChunkServer server({.address = "192.0.2.1"}, shelf);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(),
              "no chunks can be served at '192.0.2.1': Cannot assign requested address");
  }
}

TEST(ChunkShelf, KeepsWhatThereIsRoomFor) {
  ChunkShelf shelf(150);
  EXPECT_TRUE(shelf.keep("a", std::string(100, 'a')));
  EXPECT_FALSE(shelf.keep("b", std::string(100, 'b')));
  EXPECT_TRUE(shelf.keep("a", std::string(100, 'a')));
  EXPECT_TRUE(shelf.keep("c", std::string(50, 'c')));
  EXPECT_EQ(shelf.bytes(), 150u);
  EXPECT_EQ(shelf.find("b"), nullptr);
  EXPECT_EQ(*shelf.find("c"), std::string(50, 'c'));
}

}  // namespace
}  // namespace provisioner::fetch

// server/http/compression.h
//
// Room: server/http. gzip for answers, and nothing else: Grafana's proxy decodes no zstd and takes zlib-wrapped deflate
// for raw, so those are never sent, whatever the client says it accepts.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/http/message.h"

namespace sluice::server {

// As Prometheus reads it: a token that is exactly `gzip`; q-values are not understood.
bool accepts_gzip(const Headers& request);

// A text worth the CPU: streamed, or longer than a network packet.
bool worth_compressing(const Response& response);

class GzipStream {
 public:
  GzipStream();
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;
  void add(std::string_view piece, std::string& out);  // may append nothing yet
  void finish(std::string& out);

 private:
  void run(std::string_view piece, int flush, std::string& out);
  struct Zlib;
  std::unique_ptr<Zlib> zlib_;
};

// Replaces body and stream by their compressed forms and sets Content-Encoding.
void compress(Response& response);

}  // namespace sluice::server

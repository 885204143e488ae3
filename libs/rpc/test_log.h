// Takes what is logged while it lives, at all levels. For tests.

#ifndef ONETHING_LIBS_RPC_TEST_LOG_H_
#define ONETHING_LIBS_RPC_TEST_LOG_H_

#include <spdlog/sinks/ostream_sink.h>  // tidy-allow(home): tests read what is logged
#include <spdlog/spdlog.h>  // tidy-allow(home): tests read what is logged

#include <memory>
#include <sstream>
#include <string>

namespace onething::rpc::test {

class CapturedLog {
 public:
  CapturedLog() : before_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
    logger->set_pattern("{\"level\":\"%l\",%v}");
    logger->set_level(spdlog::level::debug);
    spdlog::set_default_logger(std::move(logger));
  }
  ~CapturedLog() { spdlog::set_default_logger(before_); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  const std::shared_ptr<spdlog::logger> before_;
};

}  // namespace onething::rpc::test

#endif  // ONETHING_LIBS_RPC_TEST_LOG_H_

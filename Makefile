# The two commands of a fresh machine are `make demo` and `make test`; see README.md.

.PHONY: help demo test check format build

help:
	@echo "make demo    演示：真实消息服务器、守护进程、模拟仓库，以评分表结束 / demonstration that ends with a table"
	@echo "make test    全部测试 / all tests"
	@echo "make check   排版、规则、编译、单元文件与全部测试（同 CI）/ everything that CI runs"
	@echo "make format  按 .swift-format 排版 / formats the sources"
	@echo "make build   发布编译 / optimised build of tallyd and tally"

demo:
	@scripts/demo

test:
	@scripts/test

check:
	@scripts/check

format:
	@. scripts/environment && swift format --in-place --recursive Sources Tests Fuzz/Targets Fuzz/Driver Package.swift

build:
	@scripts/setup
	@. scripts/environment && swift build -c release --product tallyd && swift build -c release --product tally

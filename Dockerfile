FROM golang:1.27-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# Without cgo the binary is static, and every thread of a worker is one that
# the Go runtime made and can confine.
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /playground ./cmd/playground
RUN mkdir -p /empty/data /empty/keys

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /playground /playground
# Volumes that are mounted here are the server's to write to: for PLAYGROUND_DATA, and
# for the keys of a cluster's nodes.
COPY --from=build --chown=65532:65532 /empty/ /
USER 65532:65532
ENV PLAYGROUND_ADDR=0.0.0.0:8080
EXPOSE 8080
# Programs that run may finish first; give it longer than its drain of 10 s:
# docker run --stop-timeout 30.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/playground", "health"]
ENTRYPOINT ["/playground"]
CMD ["serve"]

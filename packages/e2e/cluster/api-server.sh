#!/usr/bin/env bash
# api-server.sh stop|start: ends the cluster's API server without warning, or starts it again and waits until it answers.
. "$(dirname "$0")/settings.sh"
. "$SCRIPTS/processes.sh"

case ${1:-} in
# Its number and its network are the node's, so that both run in there.
stop | start) "$SCRIPTS/in-node.sh" "$0" "$1-in-node" ;;
stop-in-node) stop kube-apiserver ;;
start-in-node)
  stop kube-apiserver # one that runs holds the port
  start_again kube-apiserver
  wait_for 900 "the API server" api_answers "$API_URL" ;;
*) die "usage: api-server.sh stop|start" ;;
esac

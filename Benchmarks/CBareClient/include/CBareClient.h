#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Pays and hears requests through nothing but the C interfaces of SQLite, libcurl and libnats: what the wallet is
/// measured against.
///
/// It writes into the tables of a wallet's database, with their indexes and triggers. Nothing is checked, signed or
/// parsed.
typedef struct bare_client bare_client;

/// Opens a wallet's database that nobody else has open, and a connection to its platform, kept from call to call.
///
/// NULL if that can't be done.
bare_client *bare_client_open(const char *database, const char *api, const char *token);

/// Closes database and connections.
void bare_client_close(bare_client *client);

/// What failed last.
const char *bare_client_problem(const bare_client *client);

/// A payment, with all that is written down about it.
typedef struct {
    const char *intent;
    const char *transaction;
    const char *decision;
    const char *key;
    const char *merchant;
    const char *body;
    /// The words by which the payment will be found.
    const char *words;
    /// In minor units of US dollars.
    int64_t amount;
    /// In milliseconds since 1970.
    int64_t now;
} bare_payment;

/// Pays: commits the decision with its row in the outbox and its lease; makes the call; commits how it ended, with
/// intent and ledger transaction.
bool bare_pay(bare_client *client, const bare_payment *payment);

/// Listens on a subject.
bool bare_listen(bare_client *client, const char *events, const char *subject);

/// A request that came.
typedef struct {
    /// When the event had come and its intent was fetched, in nanoseconds on a clock that only goes forward.
    int64_t fetched_at;
    /// When it was committed as well.
    int64_t saved_at;
} bare_request;

/// Waits for the next event, fetches its intent, writes both down in one commit.
bool bare_receive(bare_client *client, bare_request *request);

/// Who publishes events.
typedef struct bare_publisher bare_publisher;

/// Connects. NULL if that can't be done.
bare_publisher *bare_publisher_open(const char *events);

/// Sends an event on the caller's thread.
bool bare_publish(bare_publisher *publisher, const char *subject, const char *payload);

/// Closes the connection.
void bare_publisher_close(bare_publisher *publisher);

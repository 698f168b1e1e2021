comment on column exchange.batch.body is 'What was sent, sealed, as long as it is being worked on';

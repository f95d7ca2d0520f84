-- shop-prod.sales.orders into shop-staging.sales.orders
-- A is not a BigQuery table, so there is nothing to alter; give the table to change as A

-- logs/hostile|`@octocat`.parquet into logs/<script>alert(1)</script>.parquet
-- A is not a BigQuery table, so there is nothing to alter; give the table to change as A

-- shop-prod.sales.ids into shop-staging.sales.ids
-- A is not a BigQuery table, so there is nothing to alter; give the table to change as A

-- shop-prod.sales.missing : shop-staging.sales.missing
-- failed: there is no table shop-prod.sales.missing; check the name, the project and the location

-- shop-prod.sales.later : shop-staging.sales.later
-- skipped: not started: the first failure ended the batch; run it again without --fail-fast

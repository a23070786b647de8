-- depends_on: {{ ref('delivery') }}
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'delivery'}}}) }}
select
    feed,
    columns,
    delivery_date,
    file,
    row,
    other_delivery_date,
    other_file,
    other_row,
from {{ ref('int_keys_alike') }}
where difference = 'script'

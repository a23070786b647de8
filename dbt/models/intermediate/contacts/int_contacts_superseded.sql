{{ config(materialized='changed_rows', meta={'replaces': {'by': 'all'}}) }}
{{ superseded('int_contacts_judged', 'contacts', ['contact_id'], ['unknown_provider']) }}
